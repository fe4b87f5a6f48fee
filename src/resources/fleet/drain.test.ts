import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { created, refusals, row, updateRefusals } = kindFixture('Drain');
const drain = (spec: object) => ({ metadata: { name: 'd' }, spec });

describe('Drain', () => {
  it('takes one node at a time by name unless told otherwise, and no status of the client', () => {
    expect(created({ ...drain({ pool: 'blue' }), status: { phase: 'Completed' } })).toMatchObject({
      spec: { pool: 'blue', order: 'Name', parallelism: 1 },
    });
    expect(created({ ...drain({ pool: 'blue' }), status: { phase: 'Completed' } }).status).toBeUndefined();
  });

  it.each<[object, string]>([
    [{}, 'spec: Required value: one of nodeSelector, nodeNames, pool, zone must say which nodes'],
    [
      { pool: 'a', parallelism: 0 },
      'spec.parallelism: Invalid value: 0: spec.parallelism in body should be greater than or equal to 1',
    ],
    [
      { pool: 'a', deadlineSeconds: -1 },
      'spec.deadlineSeconds: Invalid value: -1: spec.deadlineSeconds in body should be greater than or equal to 1',
    ],
    [
      { pool: 'a', order: 'Luck' },
      'spec.order: Unsupported value: "Luck": supported values: "Name", "Zone", "FewestPods", "Oldest"',
    ],
  ])('refuses %j', (spec, expected) => {
    expect(refusals(drain(spec))).toEqual([expected]);
  });

  it('keeps its nodes, and stays cancelled', () => {
    const old = drain({ pool: 'a', cancelled: true });
    expect(updateRefusals(drain({ pool: 'b', parallelism: 5 }), old)).toEqual([
      'spec.pool: Invalid value: "b": field is immutable',
      'spec.cancelled: Forbidden: a cancelled drain cannot go on',
    ]);
    expect(updateRefusals(drain({ pool: 'a', parallelism: 5, paused: true }), drain({ pool: 'a' }))).toEqual([]);
  });

  it('shows how far it is', () => {
    const metadata = { name: 'd', creationTimestamp: '2026-01-01T03:04:05Z' };
    const status = { phase: 'Draining', nodesTotal: 5, nodesDrained: 2, podsEvicted: 7, podsRemaining: 3 };
    expect(row({ metadata, spec: { pool: 'a' }, status })).toEqual({
      ...{ Name: 'd', Phase: 'Draining', Drained: '2/5', Evicted: 7, Remaining: 3, Blocked: 0, Age: '24h' },
    });
  });
});
