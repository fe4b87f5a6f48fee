import { describe, expect, it } from 'vitest';
import { isDataError, isRolledBack, isTransient, sqlState } from './postgres-errors.ts';

const failure = (code: string): Error => Object.assign(new Error('failed'), { code });

it.each(['40001', '40P01', '55P03', '25P03', '08006', '57P01', '57P03', 'ECONNRESET', 'EPIPE'])(
  '%s is worth another try',
  (code) => expect(isTransient(failure(code))).toBe(true),
);

it.each(['42P01', '23505', '22021', '53100', 'EACCES'])('%s is not', (code) => {
  expect(isTransient(failure(code))).toBe(false);
});

it('tells states from system errors', () => {
  expect(sqlState(failure('42P01'))).toBe('42P01');
  expect(sqlState(failure('EPIPE'))).toBeUndefined();
  expect(isDataError(failure('22P05'))).toBe(true);
});

describe('what may be sent again', () => {
  it.each([
    ['a deadlock', failure('40P01'), true, true],
    ['a lock that was not had in time', failure('55P03'), true, true],
    ['a statement that took too long', failure('57014'), true, false],
    ['a read-only server', failure('25006'), true, false],
    ['a value that cannot be stored', failure('54000'), true, false],
    ['a connection that was closed before', new Error('Client was closed and is not queryable'), true, true],
    [
      'a connection that had failed before',
      new Error('Client has encountered a connection error and is not queryable'),
      true,
      true,
    ],
    ['a backend that was ended, perhaps after the commit', failure('57P01'), false, true],
    ['a crash of the server', failure('57P02'), false, true],
    ['a connection exception', failure('08006'), false, true],
    ['a reset', failure('ECONNRESET'), false, true],
    ['a close without a word', new Error('Connection terminated unexpectedly'), false, true],
    ['silence', new Error('Query read timeout'), false, false],
    ['what is no Error', 'lost', false, false],
  ])('%s', (_, error, rolledBack, transient) => {
    expect([isRolledBack(error), isTransient(error)]).toEqual([rolledBack, transient]);
    expect(isDataError(error)).toBe(error instanceof Error && 'code' in error && error.code === '54000');
  });
});
