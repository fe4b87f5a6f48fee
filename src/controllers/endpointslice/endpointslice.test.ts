/** Both controllers of endpoints over one fleet. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addPod as addPodTo,
  addService as addServiceTo,
  countWrites,
  SLICES,
  slicesOf,
} from '../../../test/support/fleet-world/services.ts';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { forbidden, StatusError } from '../../errors.ts';
import { endpointsController } from '../endpoints/controller.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { endpointSliceController } from './controller.ts';

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([endpointSliceController, endpointsController, garbageCollector]);
  fleet.add('nodes', { metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z' } } });
  await fleet.start();
});
afterEach(() => fleet.stop());

const addService = (name: string, spec?: object, labels?: Record<string, string>) =>
  addServiceTo(fleet, name, spec, labels);
const addPod = (name: string, app?: string, nodeName?: string) => addPodTo(fleet, name, app, nodeName);
const slices = (service?: string) => slicesOf(fleet, service);
const inSlices = (service?: string) =>
  slices(service)
    .flatMap(({ endpoints }) => endpoints)
    .map(
      ({ targetRef, conditions }) =>
        `${targetRef.name}${conditions.ready ? '' : '!'}${conditions.terminating ? '-' : ''}`,
    )
    .sort();
interface Subset {
  addresses?: { targetRef: { name: string } }[];
  notReadyAddresses?: { targetRef: { name: string } }[];
}
const inSubsets = (service = 'web') =>
  (((fleet.get('endpoints', service) as { subsets?: Subset[] } | undefined)?.subsets ?? []) as Subset[])
    .flatMap(({ addresses = [], notReadyAddresses = [] }) => [
      ...addresses.map(({ targetRef }) => targetRef.name),
      ...notReadyAddresses.map(({ targetRef }) => `${targetRef.name}!`),
    ])
    .sort();

describe('a service', () => {
  test('has its pods as endpoints, by readiness, until they are gone', async () => {
    addService('web');
    await fleet.rest();
    expect(slices()).toHaveLength(1);
    expect([inSlices(), inSubsets()]).toEqual([[], []]);
    for (const name of ['a', 'b']) {
      addPod(name);
    }
    addPod('c', 'other');
    await fleet.advance(2_000);
    expect([inSlices(), inSubsets()]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(slices()).toHaveLength(1);
    fleet.edit('pods', 'default', 'b', ({ status }) => {
      status.conditions = [{ type: 'Ready', status: 'False' }];
    });
    await fleet.rest();
    expect([inSlices(), inSubsets()]).toEqual([
      ['a', 'b!'],
      ['a', 'b!'],
    ]);
    await fleet.delete('pods', 'default', 'a');
    await fleet.rest();
    expect([inSlices(), inSubsets()]).toEqual([['a!-', 'b!'], ['b!']]);
    await fleet.advance(35_000);
    expect([inSlices(), inSubsets()]).toEqual([['b!'], ['b!']]);
    expect(fleet.get('endpoints', 'web')?.metadata.labels).toEqual({
      ...{ team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
    });
    expect(fleet.errors).toEqual([]);
  });

  test('that changes its selector, ports or labels is followed; what goes with it is removed', async () => {
    addPod('a');
    addPod('b', 'other');
    addService('web');
    await fleet.advance(2_000);
    const [{ metadata } = expect.fail('no slice')] = slices();
    fleet.edit('services', 'default', 'web', (service) => {
      service.spec.selector = { app: 'other' };
      service.spec.ports[0].targetPort = 9090;
      service.metadata.labels = { team: 'b' };
    });
    await fleet.rest();
    expect([inSlices(), inSubsets()]).toEqual([['b'], ['b']]);
    expect(slices()).toEqual([
      expect.objectContaining({
        ports: [{ name: '', protocol: 'TCP', port: 9090 }],
        metadata: expect.objectContaining({ name: metadata.name, labels: expect.objectContaining({ team: 'b' }) }),
      }),
    ]);
    await fleet.delete('services', 'default', 'web');
    await fleet.advance(2_000);
    expect(fleet.all(SLICES)).toEqual([]);
    expect(fleet.all('endpoints')).toEqual([]);
  });

  test.each<[string, object]>([
    ['without a selector', { selector: undefined }],
    ['that is a name', { type: 'ExternalName' }],
  ])('%s is left to others', async (_, spec) => {
    fleet.add('endpoints', { kind: 'Endpoints', metadata: { name: 'web', namespace: 'default' }, subsets: [] });
    addPod('a');
    addService('web', spec);
    const writes = countWrites(fleet);
    await fleet.advance(5_000);
    expect(writes).toEqual({ slices: 0, endpoints: 0 });
  });

  test('that was made again under its name gets slices of its own', async () => {
    addPod('a');
    addService('web');
    await fleet.advance(2_000);
    const [old = expect.fail('no slice')] = slices();
    fleet.edit(SLICES, 'default', old.metadata.name, ({ metadata }) => {
      metadata.ownerReferences = metadata.ownerReferences?.map((owner) => ({ ...owner, uid: 'another' })) ?? [];
    });
    await fleet.advance(3_000);
    expect(inSlices()).toEqual(['a']);
    expect(slices().map(({ metadata }) => metadata.name)).not.toContain(old.metadata.name);
  });
});

describe('slices', () => {
  test('that others changed or removed are put right; those of other managers stay', async () => {
    addPod('a');
    addService('web');
    const foreign = { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'me' };
    fleet.add(SLICES, { metadata: { name: 'theirs', namespace: 'default', labels: foreign }, endpoints: [] });
    await fleet.advance(2_000);
    const own = () => slices().filter(({ metadata }) => metadata.name !== 'theirs');
    const [slice = expect.fail('no slice')] = own();
    fleet.edit(SLICES, 'default', slice.metadata.name, (object) => Object.assign(object, { endpoints: [] }));
    await fleet.advance(2_000);
    expect(inSlices()).toEqual(['a']);
    await fleet.delete(SLICES, 'default', slice.metadata.name);
    await fleet.delete('endpoints', 'default', 'web');
    await fleet.advance(2_000);
    expect([inSlices(), inSubsets()]).toEqual([['a'], ['a']]);
    expect(fleet.get(SLICES, 'theirs')).toMatchObject({ endpoints: [] });
  });

  test('of 250 pods are three, and a pod that changes is one write; what does not count is none', async () => {
    for (let index = 0; index < 250; index += 1) {
      addPod(`p${index}`);
    }
    addService('web');
    addService('other', { selector: { app: 'none' } });
    await fleet.advance(3_000);
    expect(
      slices()
        .map(({ endpoints }) => endpoints.length)
        .sort(),
    ).toEqual([100, 100, 50]);
    const writes = countWrites(fleet);
    fleet.edit('pods', 'default', 'p7', ({ status }) => {
      status.conditions = [{ type: 'Ready', status: 'False' }];
    });
    await fleet.advance(3_000);
    expect(writes).toEqual({ slices: 1, endpoints: 1 });
    fleet.edit('pods', 'default', 'p8', ({ metadata }) => {
      metadata.annotations = { note: 'x' };
    });
    await fleet.advance(3_000);
    expect(writes).toEqual({ slices: 1, endpoints: 1 });
    expect(fleet.errors).toEqual([]);
  });

  test('wait for the node of a pod, and then have it', async () => {
    addPod('a', 'web', 'n2');
    addService('web');
    fleet.edit('pods', 'default', 'a', (pod) => {
      pod.status = { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] };
    });
    await fleet.advance(1_000);
    expect([inSlices(), inSubsets()]).toEqual([[], ['a']]);
    fleet.add('nodes', { metadata: { name: 'n2' } });
    await fleet.advance(3_000);
    expect(inSlices()).toEqual(['a']);
  });
});

test.each([
  ['is told of', forbidden({ group: '', resource: 'x' }, 'x', 'exceeded quota: q'), 1],
  [
    'is nothing to tell in an ending namespace',
    new StatusError('Forbidden', 'no', { causes: [{ reason: 'NamespaceTerminating', message: 'm' }] }),
    0,
  ],
])('a refusal %s', async (_, refusal, said) => {
  fleet.refuse = ({ kind }) => (kind === 'EndpointSlice' || kind === 'Endpoints' ? refusal : undefined);
  addService('web');
  await fleet.rest();
  const messages = new Set(fleet.events.map(({ reason, message }) => `${reason} ${message}`));
  expect([...messages].sort()).toEqual(
    said === 0
      ? []
      : [
          'FailedToCreateEndpoint Failed to create endpoint for service default/web: x "x" is forbidden: exceeded quota: q',
          'FailedToUpdateEndpointSlices Error updating Endpoint Slices for Service default/web: x "x" is forbidden: exceeded quota: q',
        ],
  );
});
