import { mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from './write-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (content: string, mode = 0o644) => [{ path: 'deep/a', content: Buffer.from(content), mode }];
const current = () => readlink(join(folder, '..data'));
const modeOf = async () => (await stat(join(folder, 'deep/a'))).mode & 0o7777;

describe('the files of a volume', () => {
  it('are written again when content or mode differ, and only then', async () => {
    await writeFiles(folder, file('one'));
    const first = await current();
    await writeFiles(folder, file('one'));
    expect(await current()).toBe(first);
    await writeFiles(folder, file('one', 0o600));
    expect(await modeOf()).toBe(0o600);
    const second = await current();
    expect(second).not.toBe(first);
    await writeFiles(folder, file('two', 0o600));
    expect(await readFile(join(folder, 'deep/a'), 'utf8')).toBe('two');
    expect(await current()).not.toBe(second);
  });

  it('belong to the group of the pod, which may read them, also when they are written again', async () => {
    // Another than the process has, where it may give files away.
    const group = userInfo().uid === 0 ? 4_321 : userInfo().gid;
    await writeFiles(folder, file('one', 0o400), group);
    for (const content of ['one', 'two']) {
      await writeFiles(folder, file(content, 0o400), group);
      expect(await modeOf()).toBe(0o440);
      expect((await stat(join(folder, 'deep/a'))).gid).toBe(group);
    }
    const last = await current();
    await writeFiles(folder, file('two', 0o400), group);
    expect(await current()).toBe(last);
  });
});
