import { expect, test } from 'vitest';
import { type Condition, findCondition, withCondition, withoutCondition } from './conditions.ts';
import type { Toleration } from './kinds/pod.ts';
import { matchesTerm } from './node-selector.ts';
import { tolerates } from './tolerations.ts';

const taint = { key: 'gpu', value: 'yes', effect: 'NoSchedule' };

test.each<[Toleration, boolean]>([
  [{ operator: 'Exists' }, true],
  [{ key: 'gpu', operator: 'Exists' }, true],
  [{ key: 'gpu', value: 'yes' }, true],
  [{ key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }, true],
  [{ key: 'gpu', value: 'no' }, false],
  [{ key: 'gpu' }, false],
  [{ key: 'cpu', operator: 'Exists' }, false],
  [{ key: 'gpu', operator: 'Exists', effect: 'NoExecute' }, false],
  [{ value: 'yes' }, false],
])('%o tolerates gpu=yes:NoSchedule: %s', (toleration, wanted) => {
  expect(tolerates(toleration, taint)).toBe(wanted);
});

test('a term needs all that it says, and says something', () => {
  const node = { name: 'n1', labels: { zone: 'a' } };
  const zone = { key: 'zone', operator: 'In', values: ['a'] };
  const name = (value: string) => ({ key: 'metadata.name', operator: 'In', values: [value] });
  expect(matchesTerm({}, node)).toBe(false);
  expect(matchesTerm({ matchExpressions: [zone], matchFields: [name('n1')] }, node)).toBe(true);
  expect(matchesTerm({ matchExpressions: [zone], matchFields: [name('n2')] }, node)).toBe(false);
});

test('lastTransitionTime moves with the status alone, and a condition keeps its place', () => {
  const first = withCondition<Condition>(undefined, { type: 'A', status: 'True' }, 0);
  const both = withCondition(first, { type: 'B', status: 'True' }, 1_000);
  const same = withCondition(both, { type: 'A', status: 'True', reason: 'Why' }, 2_000);
  expect(findCondition(same, 'A')).toMatchObject({ reason: 'Why', lastTransitionTime: '1970-01-01T00:00:00Z' });
  const changed = withCondition(same, { type: 'A', status: 'False' }, 3_000);
  expect(changed.map(({ type }) => type)).toEqual(['A', 'B']);
  expect(findCondition(changed, 'A')?.lastTransitionTime).toBe('1970-01-01T00:00:03Z');
  expect(withoutCondition(changed, 'A').map(({ type }) => type)).toEqual(['B']);
});
