import { expect, test } from 'vitest';
import { read, registryFixture } from '../../test/support/registry-fixture.ts';

const user = { username: 'system:node:n', groups: ['system:nodes'], uid: '', extra: {} };
const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

interface Given {
  readonly annotations?: Record<string, string>;
  readonly taints?: object[];
  readonly status?: object;
}

async function taintsOf(node: Given, by?: typeof user) {
  const { registry } = await registryFixture();
  const { annotations = {}, taints, status } = node;
  const object = {
    ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', annotations } },
    spec: taints === undefined ? {} : { taints },
    ...(status === undefined ? {} : { status }),
  };
  const { object: stored } = await registry.create('nodes', '', object, by === undefined ? {} : { user: by });
  return read(stored).spec?.['taints'];
}

test('a node that a kubelet or a person makes takes no pods until the node lifecycle has looked at it', async () => {
  expect(await taintsOf({}, user)).toEqual([NOT_READY]);
});

test('its own taints stay, and none is there twice', async () => {
  const gpu = { key: 'gpu', effect: 'NoSchedule' };
  const evicting = { ...NOT_READY, effect: 'NoExecute' };
  expect(await taintsOf({ taints: [gpu, evicting] }, user)).toEqual([gpu, evicting, NOT_READY]);
  expect(await taintsOf({ taints: [NOT_READY, gpu] }, user)).toEqual([NOT_READY, gpu]);
});

test('nodes of our kubelets, and those that controllers make, have nothing to offer before they are ready', async () => {
  expect(await taintsOf({ annotations: { 'fleet.flotilla.dev/runtime': 'simulated' } }, user)).toBeUndefined();
  expect(await taintsOf({})).toBeUndefined();
});

test('a virtual node that comes with its room, as from an export, waits too', async () => {
  const annotations = { 'fleet.flotilla.dev/runtime': 'simulated' };
  expect(await taintsOf({ annotations, status: { allocatable: { pods: '10' } } }, user)).toEqual([NOT_READY]);
});
