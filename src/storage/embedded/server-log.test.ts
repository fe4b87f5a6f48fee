import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../../timing/clock.ts';
import { openServerLog } from './server-log.ts';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'flotilla-log-')), 'postgres.log');
});
afterEach(() => rm(join(path, '..'), { recursive: true }));

const NINE_MEGABYTES = Buffer.alloc(9 * 1024 * 1024, 'x');

it('gives what was written since the last look', async () => {
  await appendFile(path, 'earlier run\n');
  const log = await openServerLog(path);
  await appendFile(path, 'FATAL: one\n');
  expect(await log.takeNew()).toBe('FATAL: one\n');
  expect(await log.takeNew()).toBe('');
  await log.close();
});

it('is cut when it has grown too big, at the start and while the server writes; one predecessor is kept', async () => {
  await appendFile(path, NINE_MEGABYTES);
  const log = await openServerLog(path);
  expect((await stat(path)).size).toBe(0);
  expect((await stat(`${path}.1`)).size).toBe(NINE_MEGABYTES.length);

  const stopping = new AbortController();
  let looks = 0;
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    async sleep() {
      looks += 1;
      if (looks > 1) {
        stopping.abort();
      } else {
        await appendFile(path, NINE_MEGABYTES);
      }
    },
  };
  await log.keepBounded(clock, stopping.signal);
  expect((await stat(path)).size).toBe(0);
  await log.close();
});
