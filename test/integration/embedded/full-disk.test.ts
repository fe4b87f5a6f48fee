import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedClone, expectStartupError, isRoot } from '../../support/embedded-clone.ts';

const canMount = isRoot && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

describe.skipIf(!canMount)('on a full disk (needs root and the right to mount)', () => {
  let clone: EmbeddedClone;
  let disk: string;
  beforeAll(async () => {
    clone = await EmbeddedClone.create();
    disk = await clone.newFolder('disk');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=755', 'none', disk]);
  });
  afterAll(async () => {
    execFileSync('umount', [disk]);
    await clone.remove();
  });

  it('says so, and leaves nothing that takes up space', async () => {
    const home = join(disk, 'home');
    await expectStartupError(clone.run({ home }), 'No space left on the disk that holds');
    const used = Number(execFileSync('du', ['-sk', disk]).toString().split('\t')[0]);
    expect(used).toBeLessThan(100);
  });
});
