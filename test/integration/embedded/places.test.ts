import { lstat, mkdir, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedClone, expectStartupError } from '../../support/embedded-clone.ts';

describe('where the data and the binaries are', () => {
  let clone: EmbeddedClone;
  beforeEach(async () => {
    clone = await EmbeddedClone.create();
  });
  afterEach(() => clone.remove());

  it('after npm ci --ignore-scripts the library links are made where the package is', async () => {
    expect((await linksIn(clone.libraries)).length).toBe(0);
    await clone.run().until('ready');
    expect((await linksIn(clone.libraries)).length).toBeGreaterThan(4);
    expect(await readdir(clone.home)).not.toContain('postgresql');
  });

  it('a home that is a file is named', async () => {
    const home = join(clone.folder, 'file');
    await writeFile(home, '');
    await expectStartupError(clone.run({ home }), `Cannot write to ${home} (EEXIST: file already exists`);
    await expectStartupError(
      clone.run({ home: join(home, 'below') }),
      `Cannot write to ${join(home, 'below')} (ENOTDIR: not a directory`,
    );
  });

  it('a link to another disk is followed', async () => {
    const elsewhere = await clone.newFolder('elsewhere');
    await mkdir(clone.home);
    await symlink(join(elsewhere, 'pg'), join(clone.home, 'postgres'));
    expect((await clone.run().until('ready')).dataFolder).toBe(join(elsewhere, 'pg'));
  });

  it('a link to a place that is gone is named', async () => {
    await mkdir(clone.home);
    await symlink('/nonexistent/pg', join(clone.home, 'postgres'));
    await expectStartupError(
      clone.run(),
      `${clone.home}/postgres points to /nonexistent/pg, which is gone: bring it back`,
    );
  });
});

async function linksIn(folder: string): Promise<string[]> {
  const names = await readdir(await realpath(folder));
  const stats = await Promise.all(names.map((name) => lstat(join(folder, name))));
  return names.filter((_name, i) => stats[i]?.isSymbolicLink());
}
