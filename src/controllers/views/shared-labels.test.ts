import { expect, it } from 'vitest';
import { sharedLabels } from './shared-labels.ts';

it('equal sets of labels are one object, long ones and different ones are their own', () => {
  const first = sharedLabels({ app: 'web', tier: 'a' });
  expect(sharedLabels({ app: 'web', tier: 'a' })).toBe(first);
  expect(sharedLabels({ app: 'web', tier: 'b' })).not.toBe(first);
  const long = { app: 'x'.repeat(2_000) };
  expect(sharedLabels({ ...long })).toEqual(long);
  expect(sharedLabels({ ...long })).not.toBe(sharedLabels({ ...long }));
});
