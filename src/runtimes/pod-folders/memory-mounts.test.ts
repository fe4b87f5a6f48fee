import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountMemory, mountsWithin, unmountWithin } from './memory-mounts.ts';

const isRoot = process.getuid?.() === 0;

describe('mounts in memory', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla memory '));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.skipIf(!isRoot)('one over nothing, none over itself, and away with it', async () => {
    const volume = join(folder, 'a volume');
    await mountMemory(volume, 1_048_576);
    await writeFile(join(volume, 'file'), 'x');
    await mountMemory(volume, 1_048_576);
    expect(await mountsWithin(folder)).toEqual([volume]);
    await unmountWithin(folder);
    expect(await mountsWithin(folder)).toEqual([]);
    await expect(stat(join(volume, 'file'))).rejects.toThrow('ENOENT');
    await unmountWithin(folder);
  });

  it('says what mount(8) says', async () => {
    // Root or not, that is no size.
    await expect(mountMemory(join(folder, 'other'), Number.NaN)).rejects.toMatchObject({
      code: 'CreateContainer',
      message: expect.stringMatching(
        /^mount failed: exit status \d+\nMounting command: mount\nMounting arguments: -t tmpfs -o size=NaN tmpfs .*\/other\nOutput: mount: \S/,
      ),
    });
  });
});
