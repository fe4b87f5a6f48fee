import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedClone, expectStartupError, isRoot, NOBODY } from '../../support/embedded-clone.ts';
import { query } from '../../support/postmaster.ts';

describe.skipIf(!isRoot)('as root, in a clone under a private folder', () => {
  let clone: EmbeddedClone;
  let stagingFolders: string[];
  beforeAll(async () => {
    clone = await EmbeddedClone.create();
    stagingFolders = ['staging-1', 'staging-2'].map((name) => join(clone.folder, name));
    await chmod(join(clone.folder, 'clone'), 0o700);
  });
  afterAll(() => clone.remove());

  it('data and binaries are staged where the server can reach them, the same at every start', async () => {
    const first = clone.run({ stagingFolders });
    const { url = '', dataFolder = '' } = await first.until('ready');
    await query(url, 'create table kept (n int); insert into kept values (42)');
    expect(dataFolder).toMatch(new RegExp(`^${clone.folder}/staging-1/home-\\w+/postgres$`));
    expect(first.log).toContain(`the data is kept in ${join(dataFolder, '..')}`);
    expect(first.log).toContain(`using a copy in ${clone.folder}/staging-1/postgresql-18`);
    expect(await readlink(join(clone.home, 'postgres'))).toBe(dataFolder);
    expect((await stat(dataFolder)).uid).not.toBe(0);
    await first.kill();
    const second = clone.run({ stagingFolders });
    expect(await query(await second.url(), 'select n from kept')).toEqual([{ n: 42 }]);
    expect(second.log).not.toContain('the data is kept in');
    await second.stop();
  });

  it('a removed home starts empty, and what it left is named, not deleted', async () => {
    const first = clone.run({ stagingFolders });
    const { dataFolder = '' } = await first.until('ready');
    await first.stop();
    await rm(clone.home, { recursive: true });
    const second = clone.run({ stagingFolders });
    expect((await second.until('ready')).dataFolder).not.toBe(dataFolder);
    expect(second.log).toContain(`${clone.home} does not use the data in ${join(dataFolder, '..')}`);
    expect(await readdir(dataFolder)).toContain('PG_VERSION');
    await second.stop();
  });

  it.each([
    ['belongs to somebody else', (folder: string) => mkdir(folder).then(() => chown(folder, NOBODY, NOBODY))],
    ['is open to others', (folder: string) => mkdir(folder).then(() => chmod(folder, 0o777))],
    ['is a link', (folder: string) => symlink('/tmp', folder)],
  ])('a staging folder that %s is not used', async (_what, plant) => {
    const [bad, good] = [join(clone.folder, randomUUID()), join(clone.folder, randomUUID())];
    const home = join(clone.folder, 'clone', randomUUID());
    await plant(bad);
    await expectStartupError(clone.run({ home, stagingFolders: [bad] }), `no other place is usable: ${bad} (`);
    const program = clone.run({ home, stagingFolders: [bad, good] });
    expect((await program.until('ready')).dataFolder).toContain(good);
    await program.stop();
  });
});
