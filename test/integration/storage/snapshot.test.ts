import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { runCommand } from '../../support/command-line.ts';
import { execute, uniqueName, urlOf } from '../../support/template-database.ts';
import { storageFixture } from './storage-fixture.ts';
import { create } from './writes.ts';

const fixture = storageFixture();
const server = inject('databaseServer');
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-snapshot-'));
  // Else PostgreSQL, which is no root, has its data outside of the home, and leaves it there.
  await chmod(folder, 0o711);
  file = join(folder, 'fleet.jsonl.gz');
  const storage = await fixture.open();
  await storage.objects.commitAll([create('a'), create('b')]);
  await storage.close();
});
afterAll(() => rm(folder, { recursive: true }));

const run = (url: string, ...args: string[]) => runCommand(['snapshot', ...args], { DATABASE_URL: url });
async function emptyDatabase(): Promise<string> {
  const name = uniqueName('empty');
  await execute(server, `create database ${name}`);
  onTestFinished(() => execute(server, `drop database ${name} with (force)`));
  return urlOf(server, name);
}
const fails = (message: string | RegExp) => ({
  ...{ code: 1, stdout: '' },
  stderr: typeof message === 'string' ? `flotilla: ${message}\n` : expect.stringMatching(message),
});

describe('flotilla snapshot save', () => {
  it('writes what only its owner reads, in the place of an older one', async () => {
    await writeFile(file, 'older', { mode: 0o644 });
    const link = join(folder, 'link');
    await symlink(file, link);
    expect(await run(fixture.url, 'save', link)).toMatchObject({
      ...{ code: 0, stdout: `2 rows are in ${link}.\n`, stderr: '' },
    });
    const lines = gunzipSync(await readFile(file))
      .toString()
      .trimEnd()
      .split('\n');
    expect([lines.length, (await stat(file)).mode & 0o777]).toEqual([3, 0o600]);
    expect((await readdir(folder)).sort()).toEqual(['fleet.jsonl.gz', 'link']);
  });

  it('leaves the older one as it is where it fails', async () => {
    const older = join(folder, 'older');
    await writeFile(older, 'precious');
    const message = 'This database has no fleet: name the one that Flotilla was started with';
    expect(await run(await emptyDatabase(), 'save', older)).toEqual(fails(message));
    expect(await readFile(older, 'utf8')).toBe('precious');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('tells what it cannot write', async () => {
    const nowhere = join(folder, 'nowhere', 'file');
    expect(await run(fixture.url, 'save', nowhere)).toEqual(fails(`${nowhere} cannot be written (ENOENT)`));
    expect(await run(fixture.url, 'save', folder)).toEqual(fails(`${folder} cannot be written (EISDIR)`));
    expect(await run(fixture.url, 'save', '/dev/full')).toEqual(fails('/dev/full cannot be written (ENOSPC)'));
  });

  it.each([['snapshot', 'save', 'x'], ['bump-revision']])('makes no home (%s)', async (...args) => {
    const home = join(folder, 'mistyped');
    const data = join(home, 'postgres');
    const { code, stderr } = await runCommand([...args, '--home', home], { FLOTILLA_HOME: folder });
    expect([code, stderr]).toEqual([
      1,
      `flotilla: There is no fleet: ${data} is not there. Name its home with --home, or set DATABASE_URL\n`,
    ]);
    expect(await readdir(folder)).not.toContain('mistyped');
  });
});

describe('flotilla snapshot restore', () => {
  it('fills a database that is empty, which then serves', async () => {
    const url = await emptyDatabase();
    expect(await run(url, 'restore', file)).toMatchObject({ code: 0, stderr: '' });
    const storage = await fixture.open({ url });
    const { items, revision } = await storage.objects.list({ resource: 'pods' });
    expect(items.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await storage.objects.commit(create('c'))).toEqual({ ok: true, revision: revision + 1 });
    expect(storage.feed.oldestRevision).toBeGreaterThan(1_000_000_000);
    await storage.close();
  });

  it('makes a new home, whose fleet can be saved again', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    await chmod(home, 0o711);
    const again = join(folder, 'again.gz');
    const embedded = (...args: string[]) => runCommand(['snapshot', ...args, '--home', home]);
    const restored = await embedded('restore', file);
    expect([restored.code, restored.stderr]).toEqual([
      0,
      expect.stringMatching(/^✔ PostgreSQL \(embedded\) \([\d.]+ m?s\)\n$/),
    ]);
    expect(await embedded('save', again)).toMatchObject({ code: 0, stdout: `2 rows are in ${again}.\n` });
  });

  it('refuses a database that others are connected to, whether or not they own shards', async () => {
    const storage = await fixture.open();
    const message = /^flotilla: Processes are connected to this database \(\d+ sessions of Flotilla\): stop them/;
    expect(await run(fixture.url, 'restore', file)).toEqual(fails(message));
    expect((await storage.objects.list({ resource: 'pods' })).items).toHaveLength(2);
    await storage.close();
  });

  it.each([
    ['is not there', undefined, ' cannot be read (ENOENT)'],
    ['is no gzip', Buffer.from('apiVersion: v1\n'), ' cannot be read (it is no gzip)'],
    ['is cut off', gzipSync('{"flotillaSnapshot":1}\n'.repeat(9)).subarray(0, 30), ' cannot be read (it is cut off)'],
    ['is empty', gzipSync(''), 'This is not a snapshot of flotilla snapshot save'],
    ['is another file', gzipSync('null\n'), 'This is not a snapshot of flotilla snapshot save'],
    [
      'is of another release',
      gzipSync('{"flotillaSnapshot":1,"migrations":1}\n'),
      'The snapshot is of another release',
    ],
  ])('changes nothing with what %s', async (_title, content, message) => {
    const path = join(folder, 'bad');
    await rm(path, { force: true });
    if (content !== undefined) {
      await writeFile(path, content);
    }
    const url = await emptyDatabase();
    const { code, stdout, stderr } = await run(url, 'restore', path);
    const told = message.startsWith(' ') ? `flotilla: ${path}${message}\n` : `flotilla: ${message}`;
    expect([code, stdout, stderr.startsWith(told)]).toEqual([1, '', true]);
    expect((await run(url, 'save', path)).stderr).toContain('This database has no fleet');
  });

  it('changes nothing with what is damaged further on', async () => {
    const [head = ''] = gunzipSync(await readFile(file))
      .toString()
      .split('\n');
    for (const [line, message] of [
      ['{"tab', 'Line 2 of the snapshot is damaged'],
      ['{"table":"settings","row":{}}', 'The snapshot has rows of "settings", which is no table of a fleet'],
    ]) {
      const path = join(folder, 'damaged');
      await writeFile(path, gzipSync(`${head}\n${line}\n`));
      expect(await run(fixture.url, 'restore', path)).toEqual(fails(message ?? ''));
    }
    expect(await fixture.sql("SELECT name FROM objects WHERE resource = 'pods'")).toHaveLength(2);
  });
});
