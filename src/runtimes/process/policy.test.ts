import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../runtime.ts';
import { readProcessOptions } from './options.ts';
import { programOf } from './policy.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-policy-'));
  await writeFile(join(folder, 'own'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('/bin/sh', join(folder, 'link'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const container = (change: Partial<ContainerSpec>): ContainerSpec => ({
  ...{ name: 'main', kind: 'main', image: 'x', command: ['sh'], args: [], env: [] },
  ...change,
});
const options = (given: object = {}) =>
  readProcessOptions('process', { allowedPaths: ['/bin', '/usr/bin'], allowedUsers: [0], ...given });
const run = (change: Partial<ContainerSpec>, given?: object, image = {}) =>
  programOf(container(change), image, options(given), 0);

describe('what may be run', () => {
  it('is what is found in an allowed folder', async () => {
    expect(await run({ args: ['-c', 'true'] })).toMatchObject({ args: ['-c', 'true'], user: undefined });
    const own = await run({ command: ['own'] }, { allowedPaths: [folder] }, { path: folder });
    expect(own).toMatchObject({ file: join(folder, 'own'), cwd: folder });
    expect(own.env['PATH']?.startsWith(`${folder}/bin:${folder}:`)).toBe(true);
    expect((await run({ command: [] }, {}, { command: ['sh', '-c'] })).args).toEqual(['-c']);
  });

  it.each([
    [{ command: ['sh'] }, { allowedPaths: [] }, 'in no folder that the operator allows (allowedPaths)'],
    [{ command: [] }, {}, 'no command specified'],
    [{ command: ['no-such-program'] }, {}, 'executable file not found in $PATH'],
    [{ security: { runAsUser: 12 } }, { allowedUsers: [0] }, 'user 12 is none that the operator allows'],
    [{ security: { runAsNonRoot: true } }, { allowedUsers: [0] }, 'container has runAsNonRoot and would run as root'],
    [{ security: { privileged: true } }, {}, 'privileged containers are not possible'],
  ])('%j with %j is refused', async (change, given, why) => {
    await expect(run(change, given)).rejects.toThrow(why);
  });

  it('is not what a link in an allowed folder leads to', async () => {
    await expect(run({ command: [join(folder, 'link')] }, { allowedPaths: [folder] })).rejects.toThrow('allowedPaths');
  });
});

it.each([
  [{ root: 1 }, 'option "root"'],
  [{ rooot: '/x' }, 'unknown option "rooot"'],
  [{ images: { a: { run: 'x' } } }, 'option "images"'],
  [{ allowedUsers: ['root'] }, 'option "allowedUsers"'],
  [{ isolation: 'vm' }, 'option "isolation"'],
])('options %j are refused by name', (given, why) => {
  expect(() => readProcessOptions('process', given)).toThrow(why);
});
