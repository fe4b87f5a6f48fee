import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allowedOomScore } from './oom-score.ts';

let proc: string;
beforeEach(async () => {
  proc = await mkdtemp(join(tmpdir(), 'flotilla-proc-'));
  await writeFile(join(proc, 'oom_score_adj'), '-100\n');
});
afterEach(() => rm(proc, { recursive: true, force: true }));

it.each([
  ['000001ffffffffff', -997, -997],
  ['000001fffeffffff', -997, -100],
  ['000001fffeffffff', -50, -50],
  ['000001fffeffffff', 1_000, 1_000],
  ['000001fffeffffff', undefined, undefined],
])('where at most %s is allowed, %s is %s', async (bounds, wanted, allowed) => {
  await writeFile(join(proc, 'status'), `Name:\tnode\nCapBnd:\t${bounds}\n`);
  expect(await allowedOomScore(wanted, proc)).toBe(allowed);
});
