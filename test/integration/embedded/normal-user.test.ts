import { chmod, chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedClone, expectStartupError, isRoot, NOBODY } from '../../support/embedded-clone.ts';
import { query } from '../../support/postmaster.ts';

describe.skipIf(!isRoot)('as a normal user (these need root to become one)', () => {
  let clone: EmbeddedClone;
  beforeEach(async () => {
    clone = await EmbeddedClone.create();
  });
  afterEach(() => clone.remove());

  it('a read-only node_modules without links: the binaries are copied into the home', async () => {
    const home = await clone.newFolder('own', NOBODY);
    const program = clone.run({ home, uid: NOBODY });
    expect(await query(await program.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).find((name) => name.startsWith('postgresql-18'))).toBeDefined();
    expect((await stat(join(home, 'postgres'))).uid).toBe(NOBODY);
    await program.stop();
  });

  it('a clone in a private folder of the user', async () => {
    await chown(join(clone.folder, 'clone'), NOBODY, NOBODY);
    await chmod(join(clone.folder, 'clone'), 0o700);
    const program = clone.run({ uid: NOBODY });
    expect((await program.until('ready')).dataFolder).toBe(join(clone.home, 'postgres'));
    await program.stop();
    // The data stay the user's when root starts Flotilla once.
    const asRoot = clone.run();
    await asRoot.until('ready');
    await asRoot.stop();
    expect((await stat(join(clone.home, 'postgres', 'PG_VERSION'))).uid).toBe(NOBODY);
    await clone.run({ uid: NOBODY }).until('ready');
  });

  it('a home that is not writable, or whose data belong to another, is named', async () => {
    const home = await clone.newFolder('of-root');
    await expectStartupError(clone.run({ home, uid: NOBODY }), `Cannot write to ${home} (EACCES: permission denied`);
    const asRoot = clone.run();
    await asRoot.until('ready');
    await asRoot.stop();
    await chmod(clone.home, 0o777);
    await expectStartupError(clone.run({ uid: NOBODY }), 'start Flotilla as that user');
  });
});
