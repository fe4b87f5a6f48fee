import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/timing/random.ts';
import { checkHistory } from './check-history.ts';
import type { History } from './history.ts';
import { simulateHistory } from './simulated-history.ts';

const histories = fc.record({ seed: fc.nat(), count: fc.integer({ min: 20, max: 120 }) });
const simulate = ({ seed, count }: { seed: number; count: number }): History =>
  simulateHistory(seededRandom(seed), count);

describe('the checker on a store that is right by construction', () => {
  it('finds nothing', () => {
    fc.assert(
      fc.property(histories, (given) => {
        expect(checkHistory(simulate(given))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds each event that a watch leaves out', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (given, which) => {
        const history = simulate(given);
        const [session] = history.sessions;
        const events = session!.streams.flatMap(({ items }) => items).filter(({ type }) => type !== 'BOOKMARK');
        fc.pre(events.length > 0);
        const missing = events[which % events.length];
        const streams = session!.streams.map((each) => ({ ...each, items: each.items.filter((i) => i !== missing) }));
        const rules = checkHistory({ ...history, sessions: [{ ...session!, streams }] }).map(({ rule }) => rule);
        expect(rules.some((rule) => rule === 'watch' || rule === 'bookmark')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('finds each acknowledged write that the log has lost', () => {
    fc.assert(
      fc.property(histories, fc.nat(), (given, which) => {
        const history = simulate(given);
        const written = history.operations.filter(
          ({ request, outcome }) => 'value' in request && outcome.type === 'object',
        );
        fc.pre(written.length > 0);
        const { outcome } = written[which % written.length]!;
        const lost = outcome.type === 'object' ? outcome.object.revision : 0;
        const log = history.log.filter(({ revision }) => revision !== lost);
        expect(checkHistory({ ...history, log }).map(({ rule }) => rule)).toContain('acknowledged');
      }),
      { numRuns: 200 },
    );
  });
});
