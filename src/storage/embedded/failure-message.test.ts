import { expect, it } from 'vitest';
import { StartupError } from '../../errors.ts';
import { explainFailure, explainSystemError, isLingering, isPortTaken } from './failure-message.ts';

const context = { dataFolder: '/h/postgres', logFile: '/h/postgres.log' };

it.each([
  [
    'FATAL:  could not write to file "pg_wal/x": No space left on device',
    'No space left on the disk that holds /h/postgres',
  ],
  [
    'FATAL:  could not extend file "base/1/2": wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.',
    'No space left on the disk that holds /h/postgres',
  ],
  [
    'FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by PostgreSQL version 17, which is not compatible with this version 18.4.',
    '/h/postgres was made by PostgreSQL 17',
  ],
  ['FATAL:  could not create shared memory segment: Cannot allocate memory', 'PostgreSQL got no shared memory'],
  ['spawn /x/initdb ENOENT', 'The embedded PostgreSQL does not run on this system (ENOENT)'],
  ['initdb: error: could not access directory "/h": Permission denied', 'PostgreSQL may not use /h/postgres'],
  ['LOG:  starting\nFATAL:  something new', 'did not start (FATAL:  something new): see /h/postgres.log'],
])('explains %j', (output, text) => {
  const error = explainFailure(output, context);
  expect(error).toBeInstanceOf(StartupError);
  expect(error.message).toContain(text);
  expect(error.message).not.toContain('\n');
});

it('knows the failures that pass', () => {
  expect(isPortTaken('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use')).toBe(true);
  expect(isLingering('FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use')).toBe(true);
  expect([isPortTaken('FATAL:  x'), isLingering('FATAL:  x')]).toEqual([false, false]);
});

it('turns errors of the file system into one line, and leaves others as they are', () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  expect(explainSystemError(full, '/h')).toMatchObject({ name: 'StartupError', cause: full });
  const bug = new TypeError('x');
  expect(explainSystemError(bug, '/h')).toBe(bug);
});
