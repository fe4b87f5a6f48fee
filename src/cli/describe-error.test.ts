import { DrizzleQueryError } from 'drizzle-orm/errors';
import { expect, it } from 'vitest';
import { describeError, formatError } from './describe-error.ts';

it('keeps what tells of the failure, through all causes', () => {
  const refused = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' });
  const error = new Error('no queue', { cause: new AggregateError([refused], 'all failed') });
  expect(describeError(error)).toMatchObject({
    ...{ type: 'Error', message: 'no queue', stack: error.stack },
    cause: { type: 'AggregateError', errors: [{ type: 'TypeError', message: 'refused', code: 'ECONNREFUSED' }] },
  });
  expect(formatError(error)).toMatch(/^Error: no queue\n.*caused by AggregateError: all failed.*code: ECONNREFUSED$/s);
  expect(describeError('text')).toEqual({ type: 'string', message: 'text' });
});

it('leaves out what was sent', () => {
  const reply = Object.assign(new Error('WRONGPASS invalid username-password pair'), {
    command: { name: 'hello', args: ['3', 'AUTH', 'user', 'hush-hush'] },
  });
  const row = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (token)=(hush-hush) exists.' });
  const query = new DrizzleQueryError('update "settings" set "key" = $1', ['hush\nhush-hush'], row);
  for (const error of [reply, row, query, new Error('start', { cause: query })]) {
    expect(JSON.stringify(describeError(error))).not.toContain('hush');
    expect(formatError(error)).not.toContain('hush');
  }
  expect(describeError(query)).toMatchObject({ message: 'Failed query: update "settings" set "key" = $1' });
  expect(describeError(query).stack).toContain('describe-error.test.ts');
});

it('ends, whatever causes what', () => {
  const error = new Error('round');
  error.cause = error;
  expect(formatError(error).match(/caused by/g)).toHaveLength(8);
});
