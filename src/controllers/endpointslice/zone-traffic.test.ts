/** A service whose endpoints are to be for zones. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { endpointSliceController } from './controller.ts';
import type { EndpointSlice } from './slice.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
/** When nodes are looked at after they changed. */
const NODES_AFTER_MS = 1_000;
const NAME = 'controller/endpointslice';
const MODE = 'service.kubernetes.io/topology-mode';
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([endpointSliceController]);
  await fleet.start();
  for (const zone of ['a', 'b']) {
    fleet.add('nodes', {
      ...{ kind: 'Node', metadata: { name: zone, labels: { 'topology.kubernetes.io/zone': zone } }, spec: {} },
      status: { allocatable: { cpu: '4' }, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }
  // Their kubelets would report them ready.
  fleet.deadNodes.add('a').add('b');
  addPods(8);
});
afterEach(() => fleet.stop());

function addPods(count: number, from = 0): void {
  for (let index = from; index < count; index += 1) {
    fleet.add('pods', {
      ...{ metadata: { name: `p${index}`, namespace: 'default', labels: { app: 'web' } } },
      spec: { nodeName: 'a', containers: [] },
      status: {
        phase: 'Running',
        podIPs: [{ ip: `10.0.${index >> 8}.${index & 255}` }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
  }
}

function addService(annotations: Record<string, string>, spec: object = {}, name = 'web'): void {
  fleet.add('services', {
    ...{ kind: 'Service', metadata: { name, namespace: 'default', labels: {}, annotations } },
    spec: {
      ...{ clusterIP: '10.1.1.1', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80 }] },
      ...spec,
    },
  });
}
const hints = () =>
  (fleet.all(SLICES) as unknown as EndpointSlice[])
    .flatMap(({ endpoints }) => endpoints.map((one) => one.hints?.forZones?.[0]?.name ?? '.'))
    .sort()
    .join('');
const told = () => fleet.events.map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
const ENABLED = 'Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4';

test('has them in proportion, and says so once', async () => {
  addService({ [MODE]: 'Auto' }, { trafficDistribution: 'PreferSameNode' });
  await fleet.advance(3_000);
  expect(hints()).toBe('aaaabbbb');
  expect(told().at(-1)).toBe(ENABLED);
  const before = fleet.events.length;
  const writes: string[] = [];
  fleet.onWrite = (id) => void (id === SLICES && writes.push(id));
  fleet.edit('pods', 'default', 'p1', ({ status }) => {
    status.conditions = [{ type: 'Ready', status: 'False' }];
  });
  await fleet.advance(5_000);
  fleet.edit('pods', 'default', 'p1', ({ status }) => {
    status.conditions = [{ type: 'Ready', status: 'True' }];
  });
  await fleet.advance(5_000);
  expect(hints()).toBe('aaaabbbb');
  expect([writes.length, fleet.events.length]).toEqual([2, before]);
});

test('loses them when nodes are ready in one zone only, and has them again after', async () => {
  addService({ [MODE]: 'auto' });
  await fleet.advance(3_000);
  const setReady = (status: string) =>
    fleet.edit('nodes', '', 'b', (node) => {
      node.status.conditions = [{ type: 'Ready', status }];
    });
  setReady('Unknown');
  await fleet.advance(3_000);
  expect(hints()).toBe('........');
  expect(told().at(-1)).toBe(
    'Warning TopologyAwareHintsDisabled: Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4',
  );
  setReady('True');
  await fleet.advance(3_000);
  expect([hints(), told().at(-1)]).toEqual(['aaaabbbb', ENABLED]);
});

test('that no longer asks has none, and says so', async () => {
  addService({ [MODE]: 'Auto' });
  await fleet.advance(3_000);
  fleet.edit('services', 'default', 'web', ({ metadata }) => {
    metadata.annotations = {};
  });
  await fleet.advance(3_000);
  expect(hints()).toBe('........');
  expect(told().at(-1)).toBe(
    'Warning TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4',
  );
  expect(fleet.errors).toEqual([]);
});

test('is looked at once for a node, though another with as many pods rests then', async () => {
  addPods(4_000, 8);
  for (const name of ['web', 'other']) {
    addService({ [MODE]: 'Auto' }, {}, name);
  }
  await fleet.advance(5_000);
  fleet.add('nodes', {
    ...{ kind: 'Node', metadata: { name: 'c', labels: { 'topology.kubernetes.io/zone': 'a' } }, spec: {} },
    status: { allocatable: { cpu: '8' }, conditions: [{ type: 'Ready', status: 'True' }] },
  });
  fleet.deadNodes.add('c');
  await fleet.advance(NODES_AFTER_MS - 100);
  fleet.edit('services', 'default', 'other', ({ spec }) => {
    spec.ports = [{ port: 81 }];
  });
  await fleet.advance(3_000);
  expect(fleet.due.dueIn(NAME, 'nodes//')).toBeUndefined();
  expect(fleet.errors).toEqual([]);
});

const setZone = (name: string, zone: string) =>
  fleet.edit('nodes', '', name, ({ metadata }) => {
    metadata.labels = { ...metadata.labels, 'topology.kubernetes.io/zone': zone };
  });
const zones = () =>
  (fleet.all(SLICES) as unknown as EndpointSlice[])
    .flatMap(({ endpoints }) => endpoints.map(({ zone }) => zone))
    .join('');

test('is looked at where nodes swap their zones, though the shares of zones are the same', async () => {
  addService({ [MODE]: 'Auto' });
  await fleet.advance(3_000);
  expect([zones(), hints()]).toEqual(['aaaaaaaa', 'aaaabbbb']);
  setZone('a', 'b');
  setZone('b', 'a');
  await fleet.advance(3_000);
  expect([zones(), hints()]).toEqual(['bbbbbbbb', 'aaaabbbb']);
});

test('follows the shares of zones, and is not looked at where a node leaves them as they are', async () => {
  addService({ [MODE]: 'Auto' });
  await fleet.advance(3_000);
  const { registry } = fleet;
  const { list } = registry;
  const looks: string[] = [];
  registry.list = (id, options) => {
    id === SLICES && looks.push(id);
    return list.call(registry, id, options);
  };
  const addNode = (name: string, ready: string) => {
    fleet.deadNodes.add(name);
    fleet.add('nodes', {
      ...{ kind: 'Node', metadata: { name, labels: { 'topology.kubernetes.io/zone': 'b' } }, spec: {} },
      status: { allocatable: { cpu: '8' }, conditions: [{ type: 'Ready', status: ready }] },
    });
  };
  addNode('c', 'False');
  await fleet.advance(3_000);
  expect([looks, hints()]).toEqual([[], 'aaaabbbb']);
  addNode('d', 'True');
  await fleet.advance(3_000);
  expect(hints()).toBe('aabbbbbb');
});
