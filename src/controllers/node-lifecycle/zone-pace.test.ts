import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HealthGuard } from './health-guard.ts';
import { wantedTaints } from './node-taints.ts';
import { evictionRates, ZonePace, zoneState } from './zone-pace.ts';

const RULES = {
  ...{ nodeEvictionRate: 0.1, secondaryNodeEvictionRate: 0.01 },
  ...{ unhealthyZoneThreshold: 0.55, largeClusterSizeThreshold: 50 },
};

test.each<[number, number, string]>([
  [0, 0, 'Normal'],
  [0, 1, 'FullDisruption'],
  [0, 50, 'FullDisruption'],
  [1, 2, 'Normal'],
  [2, 3, 'PartialDisruption'],
  [45, 55, 'PartialDisruption'],
  [46, 54, 'Normal'],
])('%i ready and %i not: %s', (ready, notReady, state) => {
  expect(zoneState({ ready, notReady }, RULES)).toBe(state);
});

test('rates by zone', () => {
  const rates = (zones: Record<string, [number, number]>, rules = RULES) =>
    Object.fromEntries(
      evictionRates(
        new Map(Object.entries(zones).map(([zone, [ready, notReady]]) => [zone, { ready, notReady }])),
        rules,
      ),
    );
  expect(rates({ a: [10, 1], b: [0, 5] })).toEqual({ a: 0.1, b: 0.1 });
  expect(rates({ a: [10, 1], b: [20, 30] })).toEqual({ a: 0.1, b: 0 });
  expect(rates({ a: [10, 1], b: [20, 31] })).toEqual({ a: 0.1, b: 0.01 });
  expect(rates({ a: [0, 1], b: [0, 90] })).toEqual({ a: 0, b: 0 });
  const quick = { ...RULES, nodeEvictionRate: 20, secondaryNodeEvictionRate: 2, unhealthyZoneThreshold: 0.3 };
  expect(rates({ a: [10, 1], b: [70, 30] }, quick)).toEqual({ a: 20, b: 2 });
  expect(rates({ a: [7, 3] }, { ...quick, largeClusterSizeThreshold: 9 })).toEqual({ a: 2 });
});

test('no zone is ever faster than its rate, whenever it is asked', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000)), fc.constantFrom(0, 0.01, 0.1), (waits, rate) => {
      const pace = new ZonePace();
      let now = 0;
      let taken = 0;
      for (const wait of waits) {
        now += wait;
        taken += pace.take('a', rate, now) ? 1 : 0;
        expect(taken).toBeLessThanOrEqual(rate === 0 ? 0 : 1 + (now * rate) / 1_000);
      }
    }),
  );
});

test('rates follow the rules for any zones, and looks that come late do not slow them', () => {
  const count = fc.record({ ready: fc.nat(80), notReady: fc.nat(80) }).filter((zone) => zone.ready + zone.notReady > 0);
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), count, { minKeys: 1, maxKeys: 6 }),
      (zones) => {
        const rates = evictionRates(new Map(Object.entries(zones)), RULES);
        const allDown = Object.values(zones).every(({ ready }) => ready === 0);
        for (const [zone, { ready, notReady }] of Object.entries(zones)) {
          // semantics.md: 0.1 a second; with 55 % unhealthy 0.01, or none in a zone of at most 50; all down: none.
          const isBad = ready > 0 && notReady > 2 && notReady * 100 >= 55 * (ready + notReady);
          const wanted = allDown ? 0 : isBad ? (ready + notReady > 50 ? 0.01 : 0) : 0.1;
          expect([zone, rates.get(zone)]).toEqual([zone, wanted]);
        }
      },
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 100, maxLength: 300 }), (waits) => {
      const pace = new ZonePace();
      let now = 0;
      let taken = 0;
      for (const wait of waits) {
        now += wait;
        taken += pace.take('a', 0.1, now) ? 1 : 0;
      }
      expect(taken).toBeGreaterThanOrEqual(Math.floor(now / 10_000) - 1);
    }),
  );
});

test('taints that are there are not written again, and nothing of others is', () => {
  const foreign = fc.constantFrom({ key: 'dedicated', effect: 'NoExecute' }, { key: 'x', effect: 'NoSchedule' });
  const health = fc.record({
    conditions: fc.record({
      Ready: fc.constantFrom('True', 'False', 'Unknown'),
      DiskPressure: fc.constantFrom('True', 'False'),
    }),
    unschedulable: fc.boolean(),
  });
  fc.assert(
    fc.property(health, health, fc.array(foreign), fc.boolean(), (before, after, others, evict) => {
      const first = wantedTaints(before, others, true, 0) ?? others;
      const second = wantedTaints(after, first, evict, 1_000) ?? first;
      expect(wantedTaints(after, second, evict, 2_000)).toBeUndefined();
      expect(second.filter(({ key }) => !key.startsWith('node.kubernetes.io/'))).toEqual(others);
      expect(second.some(({ key, effect }) => effect === 'NoExecute' && key.startsWith('node.'))).toBe(
        evict && after.conditions.Ready !== 'True',
      );
    }),
  );
});

test('nobody is judged within a grace period of the start, a sleep, or the return from a stall of all', () => {
  const guard = new HealthGuard(50, 5);
  const look = (now: number, stale = 1): boolean => guard.mayJudge(now, 10, stale);
  const from = (start: number, stale = 1) => Array.from({ length: 11 }, (_, step) => look(start + step * 5, stale));
  const onlyLast = [...Array.from({ length: 10 }, () => false), true];
  expect(from(0)).toEqual(onlyLast);
  expect(look(55)).toBe(true);
  expect(from(200)).toEqual(onlyLast);
  expect(from(255, 10)).toEqual(Array.from({ length: 11 }, () => true));
  expect(from(310)).toEqual(onlyLast);
});
