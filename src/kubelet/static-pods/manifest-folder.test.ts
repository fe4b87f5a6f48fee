import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../timing/clock.ts';
import { manifestFolders } from './manifest-folder.ts';

const manifests = manifestFolders(async (text) => ({ value: JSON.parse(text.toString()) as unknown }), systemClock);

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'flotilla-manifests-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

it('reads the files of a folder, and says of each what is wrong with it', async () => {
  const path = await folder();
  await mkdir(join(path, 'sub'));
  await writeFile(join(path, 'a.json'), '{"a":1}');
  await writeFile(join(path, 'b.json'), 'no');
  await writeFile(join(path, '.hidden'), '{}');
  const [a, b, ...more] = await manifests.read(path);
  expect(a).toEqual({ file: join(path, 'a.json'), content: { value: { a: 1 } } });
  expect(b?.content).toMatchObject({ problem: expect.stringContaining('not valid JSON') });
  expect(more).toEqual([]);
  expect(await manifests.read(join(path, 'absent'))).toEqual([]);
  await expect(manifests.read(join(path, 'a.json'))).rejects.toThrow('ENOTDIR');
});

it('opens nothing that is not a file', async () => {
  const path = await folder();
  execFileSync('mkfifo', [join(path, 'pipe')]);
  await symlink('/dev/zero', join(path, 'zero'));
  const problem = { problem: 'is not a file' };
  expect((await manifests.read(path)).map(({ content }) => content)).toEqual([problem, problem]);
});

it('tells whose files have changed', async () => {
  const path = await folder();
  await mkdir(join(path, 'n1'));
  await mkdir(join(path, 'n2'));
  await writeFile(join(path, 'n1', 'a.json'), '{}');
  const stop = new AbortController();
  const changes = manifests.changes(join(path, '$(NODE_NAME)'), 50, stop.signal)[Symbol.asyncIterator]();
  expect((await changes.next()).value).toBe('n1');
  const next = changes.next();
  await writeFile(join(path, 'n2', 'a.json'), '{}');
  expect((await next).value).toBe('n2');
  stop.abort();
  expect((await changes.next()).done).toBe(true);
  const all = manifests.changes(join(path, 'n1'), 50, AbortSignal.timeout(60_000))[Symbol.asyncIterator]();
  expect(await all.next()).toEqual({ done: false, value: undefined });
  await all.return?.(undefined);
});
