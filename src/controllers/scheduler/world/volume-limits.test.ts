/** Which changes of CSINodes and VolumeAttachments are told to those who wait; each changes the version. */
import { describe, expect, test, vi } from 'vitest';
import { attachment, csiNode } from '../../../../test/support/scheduler-storage.ts';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { ATTACHMENTS, CSI_NODES } from '../../kinds/volume.ts';

function changing(resource: string, steps: readonly unknown[]) {
  const fleet = new SchedulerWorld();
  const { volumeLimits } = fleet.world;
  const listener = vi.fn();
  for (const [index, object] of steps.entries()) {
    if (index === steps.length - 1) {
      volumeLimits.onRoom(listener);
    }
    fleet.other(resource, 'x', object as never);
  }
  return { told: listener.mock.calls.length, version: volumeLimits.version };
}

describe.each<[string, string, unknown[], boolean]>([
  ['a limit rises', CSI_NODES, [csiNode('n', { d: 1 }), csiNode('n', { d: 2 })], true],
  ['one rises, another falls', CSI_NODES, [csiNode('n', { d: 1, e: 2 }), csiNode('n', { d: 2, e: 1 })], true],
  ['a limit goes', CSI_NODES, [csiNode('n', { d: 1 }), csiNode('n', { d: undefined })], true],
  ['a driver goes', CSI_NODES, [csiNode('n', { d: 1, e: 1 }), csiNode('n', { d: 1 })], true],
  ['a driver comes', CSI_NODES, [csiNode('n', { d: 1 }), csiNode('n', { d: 1, e: 1 })], true],
  ['a CSINode comes', CSI_NODES, [csiNode('n', { d: 1 })], true],
  ['a CSINode goes', CSI_NODES, [csiNode('n', { d: 1 }), undefined], true],
  ['a limit falls', CSI_NODES, [csiNode('n', { d: 2 }), csiNode('n', { d: 1 })], false],
  ['a driver comes that can have none', CSI_NODES, [csiNode('n', { d: 1 }), csiNode('n', { d: 1, e: 0 })], false],
  ['an attachment goes', ATTACHMENTS, [attachment('n', 'd', 'v'), undefined], true],
  ['an attachment comes', ATTACHMENTS, [attachment('n', 'd', 'v')], false],
])('when %s', (_, resource, steps, isTold) => {
  test(isTold ? 'those who wait are told' : 'those who wait are not told, and the version rises all the same', () => {
    expect(changing(resource, steps)).toEqual({ told: isTold ? 1 : 0, version: steps.length });
  });
});

test('nothing is new when a CSINode changes in what is no limit', () => {
  const same = csiNode('n', { d: 1 });
  const relabelled = { ...same, metadata: { ...same.metadata, labels: { a: 'b' } } };
  expect(changing(CSI_NODES, [same, relabelled])).toEqual({ told: 0, version: 1 });
});
