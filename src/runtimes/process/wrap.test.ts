import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapProgram } from './wrap.ts';

const around = { cgroups: [], maxOpenFiles: 0, noNewPrivileges: false };
const program = { file: '/bin/echo', args: [], cwd: '/', env: {}, user: undefined, group: undefined };

test('words of a program reach it as they are, whatever is in them', async () => {
  const words = fc.array(
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
    { maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(words, async (args) => {
      const { file, args: all } = wrapProgram(
        { ...program, file: '/usr/bin/printf', args: ['%s\\n', ...args] },
        around,
      );
      const { stdout } = await promisify(execFile)(file, all);
      expect(stdout).toBe(args.length === 0 ? '\n' : args.map((arg) => `${arg}\n`).join(''));
    }),
    { numRuns: 15 },
  );
});

test('limits come first, then namespaces, then the user', () => {
  const { file, args } = wrapProgram(
    { ...program, user: 1_000, group: 1_000 },
    {
      ...{ cgroups: ["/sys/it's"], maxOpenFiles: 64, noNewPrivileges: true },
      namespaces: { hostname: 'web', mounts: [{ hostPath: '/a', containerPath: '/b', readOnly: true }] },
    },
  );
  expect(file).toBe('/bin/sh');
  expect(args[1]).toBe(`echo $$ > '/sys/it'\\''s/cgroup.procs' && ulimit -n 64 && exec "$@"`);
  const words = args.join(' ');
  expect(words.indexOf('unshare --mount')).toBeLessThan(words.indexOf('setpriv --reuid 1000'));
  expect(words).toContain("mount --bind '/a' '/b' && mount -o remount,bind,ro '/b'");
  expect(words).toMatch(/--no-new-privs -- \/bin\/echo$/);
});
