import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeCrash } from './crash-file.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'flotilla-crash-test-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}
const pathOf = (text: string): string => /Details: (.*)$/.exec(text)?.[1] ?? '';

it('tells one line, and the details to a file of the home that only its owner reads', () => {
  const home = folder();
  const error = Object.assign(new Error('it broke\nbadly'), { command: { args: ['AUTH', 'hush'] } });
  const text = describeCrash(error, home);
  expect(text).toBe(`unexpected failure: it broke\nDetails: ${join(home, 'flotilla-crash.log')}`);
  const details = readFileSync(pathOf(text), 'utf8');
  expect(details).toContain('crash-file.test.ts');
  expect(details).not.toContain('hush');
  expect(statSync(pathOf(text)).mode & 0o777).toBe(0o600);
});

it('takes the place of the last one, and follows no link', () => {
  const home = folder();
  const target = join(home, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, join(home, 'flotilla-crash.log'));
  describeCrash(new Error('first'), home);
  expect(readFileSync(pathOf(describeCrash(new Error('second'), home)), 'utf8')).toContain('second');
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

it('goes elsewhere by a name that nobody can foresee, where the home cannot be written', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  const paths = [1, 2].map(() => pathOf(describeCrash(new Error('x'), file)));
  onTestFinished(() => {
    for (const path of paths) {
      rmSync(path);
    }
  });
  expect(paths.map(dirname)).toEqual([tmpdir(), tmpdir()]);
  expect(basename(paths[0] ?? '')).toMatch(/^flotilla-crash-[0-9a-f]{12}\.log$/);
  expect(paths[0]).not.toBe(paths[1]);
});
