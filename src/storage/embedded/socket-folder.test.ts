import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeStaleSockets, socketFolder } from './socket-folder.ts';

describe('the folder of the socket', () => {
  it('is the data folder', () => {
    expect(socketFolder('/home/me/.flotilla/postgres')).toBe('/home/me/.flotilla/postgres');
  });

  it.each(['/home/a,b/postgres', '/home/my files/postgres', '/home/"/postgres', '/home/ü/postgres', 'relative'])(
    'is none where a list or a URL would need quotes: %s',
    (folder) => expect(socketFolder(folder)).toBeUndefined(),
  );

  it('is none where the path of a socket would be cut', () => {
    const folder = `/${'a'.repeat(87)}`;
    expect(socketFolder(folder)).toBe(folder);
    expect(socketFolder(`${folder}a`)).toBeUndefined();
  });
});

describe('stale sockets', () => {
  it('go, and nothing else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sockets-'));
    for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock', 'PG_VERSION']) {
      await writeFile(join(folder, name), '');
    }
    await removeStaleSockets(folder);
    expect(await readdir(folder)).toEqual(['PG_VERSION']);
    await rm(folder, { recursive: true });
  });

  it('are none in a folder that is none', async () => {
    await expect(removeStaleSockets('/nonexistent/data')).resolves.toBeUndefined();
  });
});
