import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientStream } from '../../../test/support/client-stream-fixture.ts';
import { settle } from '../../../test/support/manual-clock.ts';

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('write'), name: fc.constantFrom('a', 'b', 'c'), remove: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver'), count: fc.nat(3), split: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookmark') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut'), waits: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact') }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('fail'), code: fc.constantFrom(410, 429, 500, 504), count: fc.nat(3) }),
  },
);

type Step = {
  do: string;
  name?: string;
  remove?: boolean;
  count?: number;
  split?: boolean;
  waits?: boolean;
  code?: number;
};

it('loses nothing and tells nothing twice, whatever breaks', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step as fc.Arbitrary<Step>, { maxLength: 40 }), async (steps) => {
      const { fleet, clock, sockets, last, replica, end, follow } = clientStream();
      const done = follow();
      await settle();
      last().hello();
      /** Time for back-off and subscribing; a new socket is greeted. */
      const recover = async (): Promise<void> => {
        const before = sockets.length;
        await clock.advance(15_000);
        if (sockets.length > before) {
          last().hello();
          await settle();
        }
      };
      const acts: Record<string, (one: Step) => unknown> = {
        write: ({ name = '', remove }) => fleet.write(name, remove),
        deliver: ({ count = 0, split = false }) => {
          last().collect(split);
          last().deliver(count);
        },
        bookmark: () => last().bookmark(),
        cut: ({ waits }) => {
          last().close();
          return waits === true ? recover() : undefined;
        },
        compact: () => {
          fleet.compacted = fleet.revision;
        },
        fail: ({ code = 0, count = 0 }) => {
          // Frames that are not taken yet: their credits come behind the end.
          last().collect(true);
          last().deliver(count);
          last().fail(code);
          return recover();
        },
      };
      for (const one of steps) {
        await acts[one.do]?.(one);
        await settle();
      }
      last().close();
      await recover();
      await recover();
      last().collect(false);
      for (let round = 0; round < 20; round += 1) {
        last().deliver(1);
        await settle();
      }
      end.abort();
      await done;
      expect(replica.violations).toEqual([]);
      expect(replica.isSynced).toBe(true);
      expect(replica.versions()).toEqual(fleet.versions());
    }),
    { numRuns: 400 },
  );
});
