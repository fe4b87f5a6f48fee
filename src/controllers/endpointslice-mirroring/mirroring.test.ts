/** Endpoints that people write, and the slices that show them. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { endpointsController } from '../endpoints/controller.ts';
import { endpointSliceController } from '../endpointslice/controller.ts';
import { garbageCollector } from '../garbage-collector/controller.ts';
import { endpointSliceMirroringController } from './controller.ts';
import { mirrorSlices } from './mirror-slices.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MIRROR = 'endpointslicemirroring-controller.k8s.io';
let fleet: FleetWorld;
beforeEach(async () => {
  const own = [endpointSliceController, endpointsController, garbageCollector];
  fleet = new FleetWorld([endpointSliceMirroringController, ...own]);
  await fleet.start();
});
afterEach(() => fleet.stop());

const addService = (spec: object = {}) =>
  fleet.add('services', {
    ...{ kind: 'Service', metadata: { name: 'db', namespace: 'default' } },
    spec: { clusterIP: '10.1.1.1', ipFamilies: ['IPv4'], ports: [{ port: 80, protocol: 'TCP' }], ...spec },
  });
const addEndpoints = (subsets: Loose['spec'][], metadata: object = {}) =>
  fleet.add('endpoints', { kind: 'Endpoints', metadata: { name: 'db', namespace: 'default', ...metadata }, subsets });
const ports = [{ port: 9376, protocol: 'TCP' }];
const slices = () =>
  fleet.all(SLICES) as (Loose & {
    addressType: string;
    endpoints: { addresses: string[]; conditions: object }[];
  })[];
const mirrors = () => slices().filter(({ metadata }) => metadata.labels?.[MANAGED_BY] === MIRROR);
/** What no controller made, with the labels of a mirror. */
const addFalseMirror = (name: string, spec: object = {}) =>
  fleet.add(SLICES, {
    ...{ kind: 'EndpointSlice', addressType: 'IPv4', endpoints: [], ports: [] },
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': 'db', [MANAGED_BY]: MIRROR } },
    ...spec,
  });
const setSubsets = (subsets: object[]) =>
  fleet.edit('endpoints', 'default', 'db', (object) => {
    (object as { subsets?: object[] }).subsets = subsets;
  });
const shown = () => slices().map(({ addressType, endpoints }) => [addressType, endpoints.flatMap((e) => e.addresses)]);

describe('Endpoints of a service without a selector', () => {
  test('are mirrored by ports and family, ready and not, with their owner and their notes', async () => {
    addService();
    const notes = { team: 'a', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const made = addEndpoints(
      [
        {
          addresses: [{ ip: '10.0.0.1', hostname: 'a', nodeName: 'n1' }, { ip: 'fd00::1' }],
          notReadyAddresses: [{ ip: '10.0.0.2' }],
          ports,
        },
      ],
      { labels: { tier: 'db' }, annotations: notes },
    );
    await fleet.rest();
    expect(shown()).toEqual([
      ['IPv4', ['10.0.0.1', '10.0.0.2']],
      ['IPv6', ['fd00::1']],
    ]);
    expect(slices()[0]).toMatchObject({
      metadata: {
        labels: { tier: 'db', 'kubernetes.io/service-name': 'db', [MANAGED_BY]: MIRROR },
        annotations: { team: 'a' },
        ownerReferences: [{ kind: 'Endpoints', name: 'db', uid: made.metadata.uid, controller: true }],
      },
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, hostname: 'a', nodeName: 'n1' },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
      ],
      ports: [{ name: '', port: 9376, protocol: 'TCP' }],
    });
    expect(slices()[0]?.metadata.annotations).toEqual({ team: 'a' });
    expect(fleet.errors).toEqual([]);
  });

  test('are followed: changed in place, gone with the Endpoints, the service, or once it has a selector', async () => {
    addService();
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await fleet.rest();
    const [first] = slices();
    setSubsets([{ addresses: [{ ip: '10.0.0.7' }], ports }]);
    await fleet.advance(2_000);
    expect(shown()).toEqual([['IPv4', ['10.0.0.7']]]);
    expect(slices()[0]?.metadata.uid).toBe(first?.metadata.uid);
    fleet.edit(SLICES, 'default', first?.metadata.name ?? '', (object) => {
      (object as { endpoints?: object[] }).endpoints = [];
    });
    await fleet.advance(2_000);
    expect(shown()).toEqual([['IPv4', ['10.0.0.7']]]);
    fleet.edit('services', 'default', 'db', ({ spec }) => {
      spec.selector = { app: 'db' };
    });
    await fleet.advance(2_000);
    expect(slices().map(({ metadata }) => metadata.labels?.[MANAGED_BY])).toEqual(['endpointslice-controller.k8s.io']);
    expect(fleet.errors).toEqual([]);
  });

  test.each(['endpoints', 'services'])('are mirrored no more without their %s', async (resource) => {
    addService();
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await fleet.rest();
    expect(slices()).toHaveLength(1);
    await fleet.delete(resource, 'default', 'db');
    await fleet.advance(2_000);
    expect(slices()).toEqual([]);
  });

  test.each([
    ['say so', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }],
    ['are a lock of old', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }],
  ])('are not mirrored where they %s', async (_, metadata) => {
    addService();
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }], metadata);
    await fleet.advance(2_000);
    expect(slices()).toEqual([]);
  });

  test('are followed where our own controller made them, before the service lost its selector', async () => {
    addService({ selector: { app: 'db' } });
    await fleet.advance(2_000);
    expect(fleet.all('endpoints')[0]?.metadata.labels).toEqual({
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    fleet.edit('services', 'default', 'db', ({ spec }) => {
      delete spec.selector;
    });
    await fleet.advance(2_000);
    setSubsets([{ addresses: [{ ip: '10.0.0.7' }], ports }]);
    await fleet.advance(2_000);
    expect(mirrors().map(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses))).toEqual([['10.0.0.7']]);
  });

  test('are mirrored where the selector is empty', async () => {
    addService({ selector: {} });
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await fleet.rest();
    expect(shown()).toEqual([['IPv4', ['10.0.0.1']]]);
  });

  test('are mirrored by no slice that another made', async () => {
    addService();
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await fleet.rest();
    const [mirror] = slices();
    addFalseMirror('other');
    addFalseMirror('twin', { ports: [{ name: '', ...ports[0] }] });
    await fleet.advance(2_000);
    expect(slices().map(({ metadata }) => metadata.name)).toEqual([mirror?.metadata.name]);
    fleet.edit(SLICES, 'default', mirror?.metadata.name ?? '', ({ metadata }) => {
      metadata.labels = {};
    });
    await fleet.advance(2_000);
    expect(mirrors()).toHaveLength(1);
  });

  test('are mirrored up to a thousand of a subset, and what is left out is told', async () => {
    addService();
    const addresses = Array.from({ length: 1_002 }, (_, at) => ({ ip: `10.0.${at >> 8}.${at % 256}` }));
    addEndpoints([{ addresses, ports }]);
    await fleet.rest();
    expect(slices()[0]?.endpoints).toHaveLength(1_000);
    expect(fleet.events.map(({ reason, message }) => `${reason}: ${message}`)).toContain(
      'TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 2 addresses were skipped',
    );
    expect(mirrorSlices({ kind: 'Endpoints', apiVersion: 'v1', metadata: { name: 'db' } })).toEqual({
      slices: [],
      skipped: 0,
    });
  });
});

describe('a service with a selector', () => {
  test('has no mirrors: neither those of one of its name before, nor any that another made', async () => {
    addService();
    addEndpoints([{ addresses: [{ ip: '10.0.0.1' }], ports }]);
    await fleet.rest();
    expect(mirrors()).toHaveLength(1);
    await fleet.delete('services', 'default', 'db');
    addService({ selector: { app: 'db' } });
    await fleet.advance(2_000);
    expect(mirrors()).toEqual([]);
    addFalseMirror('other');
    await fleet.advance(2_000);
    expect(mirrors()).toEqual([]);
  });

  test('costs no read when its Endpoints change', async () => {
    const alone = new FleetWorld([endpointSliceMirroringController]);
    await alone.start();
    const { claims } = alone.due;
    const reads = [vi.spyOn(alone.registry, 'find'), vi.spyOn(alone.registry, 'list')];
    alone.add('services', { metadata: { name: 'db', namespace: 'default' }, spec: { selector: { app: 'db' } } });
    alone.add('endpoints', { metadata: { name: 'db', namespace: 'default' } });
    await alone.rest();
    expect(reads.map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    expect(alone.due.claims).toBeGreaterThan(claims);
    expect(alone.errors).toEqual([]);
    alone.stop();
  });
});
