import fc from 'fast-check';
import { expect, it } from 'vitest';
import { watchFixture } from '../../../test/support/client-watch-fixture.ts';
import { settle } from '../../../test/support/manual-clock.ts';

const REFUSALS: readonly (number | 'silence')[] = [0, 410, 429, 500, 503, 'silence'];
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write'), name: fc.constantFrom('a', 'b', 'c', 'd'), remove: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookmark') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut'), bytes: fc.nat(200) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('refuse'), code: fc.constantFrom(...REFUSALS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail'), code: fc.constantFrom(410, 429, 500, 504) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait') }) },
);
type Step = {
  do: string;
  name?: string;
  remove?: boolean;
  count?: number;
  bytes?: number;
  code?: number | 'silence';
};

it('loses nothing and tells nothing twice, whatever breaks', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { maxLength: 40 }), async (steps) => {
      const { fleet, server, clock, replica, end, follow } = watchFixture();
      const done = follow();
      const acts: Record<string, (one: Step) => unknown> = {
        write: ({ name = '', remove }) => fleet.write(name, remove),
        deliver: ({ count = 0 }) => server.deliver(count),
        bookmark: () => server.bookmark(),
        cut: ({ bytes = 0 }) => server.cut(bytes),
        refuse: ({ code = 0 }) => server.refusals.push(code),
        compact: () => {
          fleet.compacted = fleet.revision;
        },
        fail: ({ code }) => server.fail(Number(code)),
        wait: () => clock.advance(15_000),
      };
      for (const one of steps) {
        await acts[one.do]?.(one);
        await settle();
      }
      server.refusals.length = 0;
      server.cut(1);
      for (let wait = 0; server.openWatches === 0 && wait < 120; wait += 1) {
        await clock.advance(1_000);
      }
      server.deliver(1_000);
      await settle();
      end.abort();
      await done;
      expect(replica.violations).toEqual([]);
      expect(replica.isSynced).toBe(true);
      expect(replica.versions()).toEqual(fleet.versions());
    }),
    { numRuns: 300 },
  );
});
