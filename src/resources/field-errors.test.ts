import { expect, it } from 'vitest';
import { requiredField, violationsOfEach } from './field-errors.ts';

it('violations of each stop once there are enough, however many one has', () => {
  const cause = requiredField('a');
  expect(violationsOfEach([1, 2], () => new Array(200_000).fill(cause))).toHaveLength(200_000);
});
