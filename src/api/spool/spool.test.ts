import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Spool } from './spool.ts';
import { Spools } from './spools.ts';

const MIB = 1024 * 1024;

let folder: string;
let clock: ManualClock;
let spools: Spools;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-spool-'));
  clock = new ManualClock();
  spools = new Spools({ folder, clock });
});
afterEach(() => rm(folder, { recursive: true }));

async function filled(mebibytes: number): Promise<{ spool: Spool; digest: string }> {
  const spool = spools.open();
  const hash = createHash('sha256');
  for (let i = 0; i < mebibytes * 16; i += 1) {
    const piece = Buffer.alloc(MIB / 16, i % 251);
    hash.update(piece);
    await spool.add(piece);
  }
  return { spool, digest: hash.digest('hex') };
}

async function digestOf(spool: Spool): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of spool.chunks()) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

/** Bytes of buffers that somebody still holds. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().arrayBuffers;
}

describe('a spool', () => {
  it.each([0, 1, 5])('gives back %i MiB as they were added', async (mebibytes) => {
    const { spool, digest } = await filled(mebibytes);
    expect(spool.bytes).toBe(mebibytes * MIB);
    expect(await digestOf(spool)).toBe(digest);
    await spool.close();
  });

  it('holds 64 MiB on disk, in a file that nobody else finds', async () => {
    const before = heldBytes();
    const { spool, digest } = await filled(64);
    // V8 gives buffers back on a thread of its own, some time after it has collected.
    await expect.poll(() => heldBytes() - before, { timeout: 5_000 }).toBeLessThan(16 * MIB);
    expect(await readdir(folder)).toEqual([]);
    expect(await digestOf(spool)).toBe(digest);
    await spool.close();
  });

  it('is refused as too many when eight others are long, until one is closed', async () => {
    const long = await Promise.all(Array.from({ length: 8 }, () => filled(2)));
    const short = await filled(1);
    await short.spool.close();
    await expect(filled(2)).rejects.toMatchObject({ code: 429 });
    await Promise.all(long.map(({ spool }) => spool.close()));
    const { spool } = await filled(2);
    await spool.close();
  });

  it('is taken from a client that asks for no more within 30 s, or has not all after 3 minutes', async () => {
    const { spool } = await filled(4);
    const chunks = spool.chunks();
    await chunks.next();
    await clock.advance(30_000);
    await expect(chunks.next()).rejects.toMatchObject({ code: 503 });
    const slow = await filled(4);
    const slowly = slow.spool.chunks();
    const read = async (): Promise<void> => {
      for (let chunk = await slowly.next(); chunk.done !== true; chunk = await slowly.next()) {
        await clock.advance(29_000);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 503 });
    await slow.spool.close();
  });
});
