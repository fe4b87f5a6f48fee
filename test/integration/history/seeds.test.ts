import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../history/bundle.ts';
import { reportLine } from '../../history/report.ts';
import { runSeed } from '../../history/run-seed.ts';
import { useTestServer } from './use-test-server.ts';

/** 10 s a run; on a machine with ten times more to do than cores it took 90. */
const LIMIT_MS = 180_000;

const world = useTestServer();

/** Many more: `node scripts/check-history.mjs --runs 200`. */
describe('histories with faults', { timeout: LIMIT_MS }, () => {
  let program: string;
  beforeAll(async () => {
    program = await bundle(resolve(import.meta.dirname, '../../..'), 'api-program');
  });

  // Between them: every fault but an overload of the connections.
  it.each([1, 3, 6])('seed %i breaks no promise', async (seed) => {
    const report = await runSeed(seed, { ...world(), program });
    expect(report.violations, reportLine(report)).toEqual([]);
    expect(report.history.current).toBeGreaterThan(10);
  });
});
