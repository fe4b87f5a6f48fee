/**
 * Prints at the end of an e2e run how often kubectl was run, by version and verb. With MIN_KUBECTL_RUNS, as the gate sets
 * it, the run fails when one of the versions that the suite drives was run less often in the embedded mode, which runs it all.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { KUBECTL_MINORS } from './kubectl-binary.ts';

const tally = (words: readonly string[]): Map<string, number> =>
  words.reduce((counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1), new Map<string, number>());
const listed = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');

const MINIMUM = Number(process.env['MIN_KUBECTL_RUNS'] ?? 0);

function refuseTooFew(runs: ReadonlyMap<string, number>): void {
  const few = KUBECTL_MINORS.map((minor) => `1.${minor}`).filter((version) => (runs.get(version) ?? 0) < MINIMUM);
  if (few.length > 0) {
    console.error(`kubectl ${few.join(' and ')} ran less than ${MINIMUM} times`);
    // What is thrown here would keep vitest from ending.
    process.exitCode = 1;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-invocations-'));
  const path = join(folder, 'kubectl');
  await writeFile(path, '');
  project.provide('kubectlInvocations', path);
  return async () => {
    const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
    await rm(folder, { recursive: true });
    const versions = tally(lines.map((line) => line.split(' ')[0] ?? ''));
    if (lines.length > 0) {
      const verbs = tally(lines.map((line) => line.split(' ')[1] ?? ''));
      console.log(`\n${project.name}: kubectl ran ${lines.length} times (${listed(versions)}): ${listed(verbs)}`);
    }
    if (project.name === 'e2e-embedded') {
      refuseTooFew(versions);
    }
  };
}
