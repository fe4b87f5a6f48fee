import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { FaultSpec } from './fault.ts';
import { drawOf, reachOf } from './fault-reach.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const metadata = { name: 'f', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };
const reach = (spec: FaultSpec) => reachOf({ metadata, spec });
const UIDS = Array.from({ length: 1_000 }, (_, i) => `uid-${i}`);
const hitBy = (spec: FaultSpec, now: number): string[] => {
  const { hitAt } = reach(spec);
  return UIDS.filter((uid) => (hitAt(uid) ?? Number.POSITIVE_INFINITY) <= now);
};

const percent = fc.integer({ min: 0, max: 100 });
const seed = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });

describe('the share of a fault', () => {
  test('is drawn the same wherever and whenever it is asked, and is near what was asked for', () => {
    fc.assert(
      fc.property(percent, seed, (share, of) => {
        const spec = { type: 'Partition', share: `${share}%`, seed: of };
        const hit = hitBy(spec, START);
        expect(hitBy(spec, START)).toEqual(hit);
        expect(Math.abs(hit.length / UIDS.length - share / 100)).toBeLessThan(0.09);
      }),
      { numRuns: 20 },
    );
  });

  test('only grows: with the share, and within a ramp with the time', () => {
    fc.assert(
      fc.property(percent, percent, seed, fc.integer({ min: 1, max: 1_000 }), (one, two, of, rampSeconds) => {
        const [less, more] = [Math.min(one, two), Math.max(one, two)];
        const small = new Set(hitBy({ share: `${less}%`, seed: of }, START));
        const large = new Set(hitBy({ share: `${more}%`, seed: of }, START));
        expect([...small].every((uid) => large.has(uid))).toBe(true);
        const ramp = { share: `${more}%`, seed: of, rampSeconds };
        let before = new Set<string>();
        for (const part of [0, 0.25, 0.5, 1]) {
          const now = new Set(hitBy(ramp, START + rampSeconds * 1_000 * part));
          expect([...before].every((uid) => now.has(uid))).toBe(true);
          expect(Math.abs(now.size / UIDS.length - (more / 100) * part)).toBeLessThan(0.09);
          before = now;
        }
        expect(before).toEqual(large);
      }),
      { numRuns: 15 },
    );
  });

  it('knows none and all', () => {
    expect(hitBy({ share: '0%' }, START)).toEqual([]);
    expect(hitBy({ share: '100%' }, START)).toEqual(UIDS);
    expect(hitBy({ share: '100%', rampSeconds: 10 }, START + 10_000)).toEqual(UIDS);
  });

  it('is another one with another seed', () => {
    expect(drawOf(1, 'a')).not.toBe(drawOf(2, 'a'));
    expect(drawOf(1, 'a')).toBe(drawOf(1, 'a'));
  });
});

describe('the time of a fault', () => {
  it('begins with its creation or at its start, and lasts as long as it says', () => {
    expect(reach({})).toMatchObject({ startsAt: START, endsAt: Number.POSITIVE_INFINITY });
    expect(reach({ startTime: '2026-01-01T01:00:00Z', durationSeconds: 60 })).toMatchObject({
      ...{ startsAt: START + 3_600_000, endsAt: START + 3_660_000 },
    });
  });
});

describe('the targets of a fault', () => {
  const labels = { 'topology.kubernetes.io/zone': 'a', 'fleet.flotilla.dev/nodepool': 'blue', disk: 'ssd' };

  it.each<[FaultSpec, boolean]>([
    [{ zone: 'a' }, true],
    [{ zone: 'b' }, false],
    [{ zone: 'a', pool: 'green' }, false],
    [{ pool: 'blue', nodeNames: ['n1', 'n2'] }, true],
    [{ nodeNames: ['n2'] }, false],
    [{ nodeSelector: { matchLabels: { disk: 'ssd' } } }, true],
    [{ nodeSelector: {} }, true],
    [{ nodeSelector: { matchExpressions: [{ key: 'disk', operator: 'DoesNotExist' }] } }, false],
  ])('of nodes: %j', (spec, expected) => {
    expect(reach(spec).meansNode({ name: 'n1', labels })).toBe(expected);
    expect(reach(spec).namesNodes).toBe(true);
  });

  it.each<[FaultSpec, boolean]>([
    [{}, true],
    [{ namespace: 'default' }, true],
    [{ namespace: 'other' }, false],
    [{ podNames: ['p'] }, true],
    [{ podSelector: { matchLabels: { app: 'web' } } }, true],
    [{ podSelector: { matchLabels: { app: 'db' } }, namespace: 'default' }, false],
  ])('of pods: %j', (spec, expected) => {
    expect(reach(spec).meansPod({ name: 'p', namespace: 'default', labels: { app: 'web' } })).toBe(expected);
  });
});
