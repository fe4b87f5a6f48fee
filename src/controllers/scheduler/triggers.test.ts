/** Which changes of what is stored of volumes wake the scheduler. */
import { describe, expect, test } from 'vitest';
import { attachment, csiNode } from '../../../test/support/scheduler-storage.ts';
import type { KubeObject } from '../../values/object.ts';
import { ATTACHMENTS, CSI_NODES, VOLUMES } from '../kinds/volume.ts';
import { NAME, PENDING, schedulerTriggers } from './triggers.ts';

const limited = (count: number): KubeObject => csiNode('n', { d: count });
const attached: KubeObject = attachment('n', 'd', 'v');
const detaching = { ...attached, status: { attached: false } };
const volume = (zone: string, status = {}): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'PersistentVolume', spec: {}, status },
  metadata: { name: 'v', labels: { 'topology.kubernetes.io/zone': zone } },
});

describe.each<[string, string, KubeObject | undefined, KubeObject | undefined, boolean]>([
  ['a CSINode comes', CSI_NODES, undefined, limited(1), true],
  ['the limit of a CSINode changes', CSI_NODES, limited(1), limited(2), true],
  ['a CSINode goes', CSI_NODES, limited(1), undefined, true],
  ['a CSINode is written as it was', CSI_NODES, limited(1), limited(1), false],
  ['an attachment goes', ATTACHMENTS, attached, undefined, true],
  ['the status of an attachment changes', ATTACHMENTS, attached, detaching, false],
  ['the labels of a volume change', VOLUMES, volume('a'), volume('b'), true],
  ['the phase of a volume changes', VOLUMES, volume('a'), volume('a', { phase: 'Bound' }), true],
  ['the message of a volume changes', VOLUMES, volume('a'), volume('a', { message: 'm' }), false],
])('when %s', (_, resource, before, after, wakes) => {
  test(wakes ? 'it is woken' : 'it sleeps on', () => {
    const change = { ...(before && { before }), ...(after && { after }) };
    const due = schedulerTriggers.filter((each) => each.resource === resource).flatMap(({ dueOn }) => dueOn(change));
    const pending = expect.objectContaining({ shard: NAME, key: PENDING });
    expect(due).toEqual(wakes ? [pending] : []);
  });
});
