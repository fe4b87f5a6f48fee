import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePostmasterFile } from './postmaster-file.ts';

const whole = '4711\n/home/x/.flotilla/postgres\n1764080000\n54321\n\n127.0.0.1\n  5432001   98304\nready   \n';

it('reads the file of a running server', () => {
  expect(parsePostmasterFile(whole)).toEqual({
    pid: 4711,
    dataFolder: '/home/x/.flotilla/postgres',
    port: 54321,
    ready: true,
  });
});

it('is not ready before the last line says so, and has no port before it listens', () => {
  expect(parsePostmasterFile(whole.replace('ready   ', 'starting'))).toMatchObject({ ready: false });
  expect(parsePostmasterFile('4711\n/data\n')).toEqual({
    pid: 4711,
    dataFolder: '/data',
    port: undefined,
    ready: false,
  });
});

it.each(['', '\n', '4711\n', '0\n/data\n', '-1\n/data\n', 'x\n/data\n', '\0\0\0\0', '1.5\n/data\n'])(
  'takes %j for torn',
  (text) => {
    expect(parsePostmasterFile(text)).toBe('torn');
  },
);

it('never gives a pid that kill(2) would take for a group or everybody', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (first, second) => {
      const file = parsePostmasterFile(`${first}\n${second}`);
      expect(file === 'torn' || file.pid > 0).toBe(true);
    }),
  );
});
