import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { templateHash } from '../template-hash.ts';
import { scaleSets } from './proportional-scale.ts';
import { fenceposts, maxUnavailable, shrinkOldSets } from './replica-counts.ts';
import { findNewSet, isScaling, MAX_REPLICAS, newSetAnnotations, REVISION } from './revisions.ts';

const deployment = (replicas: number, rollingUpdate: object = {}, type = 'RollingUpdate') =>
  ({
    ...{ metadata: { name: 'web', annotations: { mine: 'yes', [REVISION]: '9' } } },
    spec: {
      replicas,
      strategy: { type, rollingUpdate },
      selector: {},
      template: { metadata: { labels: { app: 'web' } } },
    },
  }) as unknown as Deployment;
const set = (name: string, replicas: number, available = replicas, max?: number) =>
  ({
    metadata: {
      name,
      creationTimestamp: `2026-01-0${name.length}T00:00:00Z`,
      annotations:
        max === undefined ? {} : { [MAX_REPLICAS]: String(max), 'deployment.kubernetes.io/desired-replicas': '10' },
    },
    spec: { replicas, template: {} },
    status: { replicas, availableReplicas: available },
  }) as unknown as ReplicaSet;
const sizes = (resizes: readonly { set: ReplicaSet; to: number }[]) =>
  Object.fromEntries(resizes.map(({ set: { metadata }, to }) => [metadata.name, to]));

test.each<[number, string | number, string | number, number, number]>([
  [10, '25%', '25%', 3, 2],
  [1, '25%', '25%', 1, 0],
  [10, 0, 0, 0, 1],
  [10, '0%', '5%', 0, 1],
  [0, '25%', '25%', 0, 1],
  [4, 3, '100%', 3, 4],
])('of %i, surge %s and unavailable %s', (replicas, maxSurge, most, surge, unavailable) => {
  expect(fenceposts(deployment(replicas, { maxSurge, maxUnavailable: most }))).toEqual({
    ...{ maxSurge: surge, maxUnavailable: unavailable },
  });
});

test('never more may be missing than are wanted, and none when Recreate recreates', () => {
  expect(maxUnavailable(deployment(3, { maxUnavailable: 10 }))).toBe(3);
  expect(maxUnavailable(deployment(0, { maxUnavailable: 10 }))).toBe(0);
  expect(maxUnavailable(deployment(3, {}, 'Recreate'))).toBe(0);
});

describe('old sets', () => {
  test('give up what is not available first, then the oldest', () => {
    const given = deployment(10, { maxSurge: 2, maxUnavailable: 2 });
    expect(sizes(shrinkOldSets(given, set('new', 2), [set('a', 5), set('bb', 5, 3)]))).toEqual({ a: 3, bb: 3 });
    expect(shrinkOldSets(given, set('new', 4, 0), [set('a', 8)])).toEqual([]);
  });
});

describe('a resize in the midst of a rollout', () => {
  test('is shared in proportion, what is left goes to the largest', () => {
    const given = deployment(20, { maxSurge: 3, maxUnavailable: 2 });
    const resized = sizes(scaleSets(given, set('new', 5, 5, 13), [set('a', 8, 8, 13)]));
    expect(resized).toEqual({ a: 14, new: 9 });
  });

  test('goes to the only set that has pods, or to the newest', () => {
    expect(sizes(scaleSets(deployment(4), set('new', 2), [set('a', 0)]))).toEqual({ new: 4 });
    expect(sizes(scaleSets(deployment(4), undefined, [set('a', 0), set('bb', 0)]))).toEqual({ bb: 4 });
  });

  test('never goes below nothing or beyond the surge', () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.nat(50), fc.nat(10), size, size, size, (replicas, maxSurge, a, b, c) => {
        const before = a + b + c;
        const given = deployment(replicas, { maxSurge, maxUnavailable: 1 });
        const all = [set('new', c, 0, before), set('a', a, a, before), set('bb', b, b, before)] as const;
        const resized = sizes(scaleSets(given, all[0], all.slice(1)));
        const after = all.map(({ metadata, spec }) => resized[metadata.name] ?? spec.replicas ?? 0);
        expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
        expect(after.reduce((sum, count) => sum + count, 0)).toBe(replicas === 0 ? 0 : replicas + maxSurge);
      }),
    );
  });

  test('is noticed by what the sets remember', () => {
    expect(isScaling(deployment(10), [set('a', 3, 3, 13)])).toBe(false);
    expect(isScaling(deployment(11), [set('a', 3, 3, 13)])).toBe(true);
    expect(isScaling(deployment(11), [set('a', 0, 0, 13), set('bb', 2)])).toBe(false);
  });
});

describe('revisions', () => {
  test('a set takes over annotations, its own revision and history', () => {
    expect(newSetAnnotations(deployment(1), { own: 'x', [REVISION]: '2' }, 5)).toEqual({
      ...{ own: 'x', mine: 'yes', [REVISION]: '5', 'deployment.kubernetes.io/revision-history': '2' },
    });
    expect(newSetAnnotations(deployment(1), { [REVISION]: '5' }, 5)).toEqual({ mine: 'yes', [REVISION]: '5' });
  });

  test('a template has one hash whatever the order of its keys, another after a collision', () => {
    const [a, b] = [{ metadata: { labels: { x: '1', y: '2' } } }, { metadata: { labels: { y: '2', x: '1' } } }];
    expect(templateHash(a, undefined)).toBe(templateHash(b, undefined));
    expect(templateHash(a, 1)).not.toBe(templateHash(a, undefined));
    expect(templateHash(a, undefined)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  });

  test('the oldest of equal sets is the new one', () => {
    const of = (name: string) => ({
      ...set(name, 1),
      spec: { template: { metadata: { labels: { app: 'web', 'pod-template-hash': name } } } },
    });
    expect(findNewSet(deployment(1), [of('bb'), of('a')] as never)?.metadata.name).toBe('a');
  });
});
