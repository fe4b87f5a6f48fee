/** The build and the program's first words, in a checkout of their own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const checkout = mkdtempSync(join(tmpdir(), 'flotilla-build-'));
const write = (path: string, text: string): void => writeFileSync(join(checkout, path), text);
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' });
  return { status, stdout, stderr };
};

beforeAll(() => {
  for (const path of ['scripts/build.mjs', 'bin/flotilla.js', 'package.json', 'tsconfig.json', 'src']) {
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
  write('src/part.ts', "export const word: string = 'first';");
  write('src/main.ts', "import { word } from './part.ts';\nprocess.stdout.write(word);");
});
afterAll(() => rmSync(checkout, { recursive: true }));

it('says in one line that it is not built, builds, and builds again only when an input has changed', () => {
  const hint = 'flotilla: it is not built yet: run npm run build\n';
  expect(run('bin/flotilla.js')).toEqual({ status: 1, stdout: '', stderr: hint });
  expect(run('scripts/build.mjs')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/^Built dist\/ in \d+ ms/),
  });
  expect(run('bin/flotilla.js')).toEqual({ status: 0, stdout: 'first', stderr: '' });
  expect(run('scripts/build.mjs')).toEqual({ status: 0, stdout: '', stderr: '' });
  write('src/part.ts', "export const word: string = 'second';");
  expect(run('scripts/build.mjs')).toMatchObject({ status: 0, stderr: expect.stringContaining('Built') });
  expect(run('bin/flotilla.js').stdout).toBe('second');
});

it('keeps the last good build when a new one fails', () => {
  write('src/part.ts', 'export const word = ;');
  const { status, stderr } = run('scripts/build.mjs');
  expect(status).toBe(1);
  expect(stderr).toContain('src/part.ts:1:');
  expect(run('bin/flotilla.js').stdout).toBe('second');
});
