/** Runs the benchmarks that were asked for, prints the table with its conditions, saves both as JSON. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConditions, renderConditions } from './conditions.ts';
import { FLEET_BENCHMARKS } from './fleet-index.ts';
import { BENCHMARKS } from './index.ts';
import { type Missing, type Row, renderMarkdown, renderTable } from './results.ts';
import { runBenchmark } from './run-benchmark.ts';
import { startPostgres } from './servers/postgres.ts';

const root = resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'all' },
    only: { type: 'string', multiple: true },
    shape: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    name: { type: 'string', default: 'local/latest' },
    profile: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});
const suite = values.suite === 'fleet' ? FLEET_BENCHMARKS : BENCHMARKS;
const unknown = values.only?.filter((name) => !suite.some((benchmark) => benchmark.name === name)) ?? [];
if (unknown.length > 0) {
  process.stderr.write(`No benchmark ${unknown.join(', ')}; there are ${suite.map(({ name }) => name).join(', ')}\n`);
  process.exit(1);
}
const chosen = suite.filter(({ name }) => values.only?.includes(name) ?? true);

const stopping = new AbortController();
process.on('SIGINT', () => stopping.abort());
process.on('SIGTERM', () => stopping.abort());

const profileFolder = values.profile === undefined ? undefined : resolve(values.profile);
if (profileFolder !== undefined) {
  await mkdir(profileFolder, { recursive: true });
}
const folder = await mkdtemp(join(tmpdir(), 'flotilla-bench-'));
await chmod(folder, 0o711);
const postgres = await startPostgres(folder);
const rows: Row[] = [];
const missing: Missing[] = [];
try {
  const { quick, shape: shapes } = values;
  const seed = Number(values.seed);
  const conditions = await readConditions(postgres.url, seed, quick);
  process.stdout.write(`${renderConditions(conditions)}\n\n`);
  const rounds = Number(values.rounds ?? (quick ? 1 : 3));
  for (const benchmark of chosen) {
    if (stopping.signal.aborted) {
      break;
    }
    process.stderr.write(`${benchmark.name} …\n`);
    const result = await runBenchmark(benchmark, {
      ...{ folder, postgres, rounds, quick, seed, shapes, profileFolder, signal: stopping.signal },
    });
    Array.isArray(result) ? rows.push(...result) : missing.push(result);
  }
  const notes = chosen.map(({ name, about }) => `${name}: ${about}`);
  const loadAtEnd = loadavg();
  const table = values.markdown ? renderMarkdown(rows) : renderTable(rows, missing);
  process.stdout.write(
    `${table}\n\n${notes.join('\n')}\nLoad average after: ${loadAtEnd.map((load) => load.toFixed(1)).join(' ')}\n`,
  );
  const file = join(root, 'bench/results', `${values.name}.json`);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(
    file,
    `${JSON.stringify({ conditions: { ...conditions, loadAtEnd }, rows, missing, notes }, undefined, 2)}\n`,
  );
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = missing.some(({ failed }) => failed !== undefined) ? 1 : 0;
