import { expect, it } from 'vitest';
import { isDataError, isTransient, sqlState } from './postgres-errors.ts';

const failure = (code: string): Error => Object.assign(new Error('failed'), { code });

it.each(['40001', '40P01', '55P03', '25P03', '08006', '57P01', '57P03', 'ECONNRESET', 'EPIPE'])(
  '%s is worth another try',
  (code) => expect(isTransient(failure(code))).toBe(true),
);

it.each(['42P01', '23505', '22021', '53100', 'ENOENT'])('%s is not', (code) => {
  expect(isTransient(failure(code))).toBe(false);
});

it('tells states from system errors', () => {
  expect(sqlState(failure('42P01'))).toBe('42P01');
  expect(sqlState(failure('EPIPE'))).toBeUndefined();
  expect(isDataError(failure('22P05'))).toBe(true);
});
