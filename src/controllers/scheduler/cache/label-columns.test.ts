/** A column must say at any time what the nodes' labels say, whichever nodes came and went on its slots. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { UNLABELLED } from './label-columns.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const step = fc.record({
  name: fc.constantFrom(...NAMES),
  to: fc.constantFrom('gone', 'unlabelled', 'zone-1', 'zone-2', 'zone-3', ''),
});

test('a column follows nodes that come, go and change their label', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(20), (steps, opened) => {
      const fleet = new SchedulerWorld();
      const { labels, cache } = fleet.world;
      for (const [index, { name, to }] of steps.entries()) {
        if (index === opened) {
          labels.of('zone');
        }
        if (to === 'gone') {
          fleet.noNode(name);
        } else {
          fleet.node(name, { labels: to === 'unlabelled' ? {} : { zone: to } });
        }
      }
      const column = labels.of('zone');
      for (const { slot, info } of cache.states()) {
        const id = column.ids[slot] ?? UNLABELLED;
        expect(id === UNLABELLED ? undefined : column.value(id)).toBe(info?.labels['zone']);
      }
    }),
  );
});

test('ids are used again, and equal values share one', () => {
  const fleet = new SchedulerWorld();
  const { labels, cache } = fleet.world;
  const idOf = (name: string): number | undefined => labels.of('zone').ids[cache.node(name)?.slot ?? -1];
  for (const name of ['a', 'b']) {
    fleet.node(name, { labels: { zone: 'east' } });
  }
  expect(idOf('a')).toBe(idOf('b'));
  for (let round = 0; round < 5; round += 1) {
    fleet.node('b', { labels: { zone: `west-${round}` } });
    expect(idOf('b')).toBe(1);
  }
});
