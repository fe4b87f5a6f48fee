import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockHome } from './home-lock.ts';
import { processIdentity } from './process-identity.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'flotilla-lock-'));
});
afterEach(() => rm(home, { recursive: true }));

it('is held by one, until it is released', async () => {
  const lock = await lockHome(home);
  await expect(lockHome(home)).rejects.toMatchObject({
    name: 'StartupError',
    message: `Another Flotilla (pid ${process.pid}) uses ${home}: stop it or set FLOTILLA_HOME`,
  });
  await lock.release();
  const next = await lockHome(home);
  await next.release();
  expect(await readdir(home)).toEqual(['flotilla.lock.2']);
});

it('of many that ask at once for a dead one, one gets it', async () => {
  for (let round = 1; round <= 20; round += 1) {
    await writeFile(join(home, `flotilla.lock.${round * 100}`), '999999999 gone:1\n');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockHome(home)));
    const held = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(held.length).toBe(1);
    await held[0]?.value.release();
  }
});

it('tells a process from another that has its number later', async () => {
  const own = await processIdentity(process.pid);
  expect(own).toBe(await processIdentity(process.pid));
  expect(own).not.toBe(await processIdentity(process.ppid));
  expect(await processIdentity(999_999_999)).toBeUndefined();
});
