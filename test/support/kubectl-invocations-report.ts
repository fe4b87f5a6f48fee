/** Prints at the end of an e2e run how often kubectl was run, by version and verb. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const tally = (words: readonly string[]): Map<string, number> =>
  words.reduce((counts, word) => counts.set(word, (counts.get(word) ?? 0) + 1), new Map<string, number>());
const listed = (counts: Map<string, number>): string =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-invocations-'));
  const path = join(folder, 'kubectl');
  await writeFile(path, '');
  project.provide('kubectlInvocations', path);
  return async () => {
    const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
    await rm(folder, { recursive: true });
    if (lines.length > 0) {
      const versions = tally(lines.map((line) => line.split(' ')[0] ?? ''));
      const verbs = tally(lines.map((line) => line.split(' ')[1] ?? ''));
      console.log(`\n${project.name}: kubectl ran ${lines.length} times (${listed(versions)}): ${listed(verbs)}`);
    }
  };
}
