import { describe, expect, test } from 'vitest';
import { addressTypes, desiredEndpoints } from '../endpointslice/desired-endpoints.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { podEndpoint } from '../views/pod-endpoint.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { ServiceInfo } from '../views/service-info.ts';
import { endpointSubsets, type Subset, truncate } from './subsets.ts';

const service = (spec: object = {}): ServiceInfo => ({
  ...{
    namespace: 'default',
    name: 'web',
    uid: 'u',
    revision: 1,
    labels: {},
    deleting: false,
    createdAt: 0,
    wantsZoneHints: false,
  },
  spec: {
    clusterIP: '10.1.1.1',
    ipFamilies: ['IPv4'],
    ports: [{ name: 'web', port: 80, targetPort: 'http' }],
    ...spec,
  },
});
const CONTAINERS = [{ name: 'c', ports: [{ name: 'http', containerPort: 8080 }] }];
const pod = (name: string, more: Partial<PodInfo> = {}, spec: object = {}): PodInfo =>
  ({
    ...{ namespace: 'default', name, uid: `uid-${name}`, nodeName: 'n1', phase: 'Running', deletionTime: undefined },
    ...{ ready: true, addresses: [`10.0.0.${name.charCodeAt(0)}`] },
    endpoint: podEndpoint({ containers: CONTAINERS, ...spec }),
    ...more,
  }) as PodInfo;
const node = { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z' } } as unknown as NodeInfo;
const desired = (spec: object, pods: PodInfo[], type = 'IPv4') =>
  desiredEndpoints(service(spec), pods, (name) => (name === 'n1' ? node : undefined), type);
const endpointsOf = (spec: object, pods: PodInfo[], type?: string) =>
  [...desired(spec, pods, type).groups.values()].flatMap(({ endpoints }) => endpoints);
const names = (subsets: Subset[], kind: 'addresses' | 'notReadyAddresses' = 'addresses') =>
  subsets.flatMap((subset) => subset[kind] ?? []).map(({ targetRef }) => targetRef?.name);

test.each<
  [string, Partial<PodInfo>, object, [ready: boolean, serving: boolean, terminating: boolean], 'ready' | 'not' | 'no']
>([
  ['a ready pod', {}, {}, [true, true, false], 'ready'],
  ['one that is not', { ready: false }, {}, [false, false, false], 'not'],
  ['one that goes', { deletionTime: 1 }, {}, [false, true, true], 'no'],
  ['one that is not, published', { ready: false }, { publishNotReadyAddresses: true }, [true, false, false], 'ready'],
  ['one that goes, published', { deletionTime: 1 }, { publishNotReadyAddresses: true }, [true, true, true], 'ready'],
])('%s', (_, more, spec, [ready, serving, terminating], inSubsets) => {
  const pods = [pod('a', more)];
  expect(endpointsOf(spec, pods)[0]).toEqual({
    ...{ addresses: ['10.0.0.97'], conditions: { ready, serving, terminating }, nodeName: 'n1', zone: 'z' },
    targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid: 'uid-a' },
  });
  const subsets = endpointSubsets(service(spec), pods);
  expect([names(subsets), names(subsets, 'notReadyAddresses')]).toEqual(
    {
      ...{ ready: [['a'], []], not: [[], ['a']], no: [[], []] },
    }[inSubsets],
  );
});

describe('a pod is no endpoint', () => {
  test.each<[string, Partial<PodInfo>]>([
    ['when it is over', { phase: 'Succeeded' }],
    ['before it has an address', { addresses: [] }],
    ['of another family', { addresses: ['fd00::1'] }],
  ])('%s', (_, more) => {
    expect(endpointsOf({}, [pod('a', more)])).toEqual([]);
    expect(endpointSubsets(service(), [pod('a', more)])).toEqual([]);
  });

  test('in slices while its node is unknown, unless all are published', () => {
    const lost = pod('a', { nodeName: 'gone' });
    expect(desired({}, [lost]).nodeless).toEqual([lost]);
    expect(endpointsOf({}, [lost])).toEqual([]);
    expect(endpointsOf({ publishNotReadyAddresses: true }, [lost])).toHaveLength(1);
  });
});

describe('ports', () => {
  test('by name are each pod’s own, sidecars’ too; a name that it lacks is left out', () => {
    const ports = [
      { name: 'web', port: 80, targetPort: 'http', protocol: 'TCP' },
      { name: 'fixed', port: 443, protocol: 'TCP', appProtocol: 'https' },
      { name: 'udp', port: 53, targetPort: 'http', protocol: 'UDP' },
    ];
    const other = { containers: [{ name: 'c' }], initContainers: [{ ...CONTAINERS[0], restartPolicy: 'Always' }] };
    const init = { containers: [{ name: 'c' }], initContainers: CONTAINERS };
    const pods = [pod('a'), pod('b', {}, other), pod('c', {}, init)];
    const groups = [...desired({ ports }, pods).groups.values()];
    expect(groups.map((group) => [group.ports, group.endpoints.map(({ targetRef }) => targetRef?.name)])).toEqual([
      [
        [
          { name: 'web', protocol: 'TCP', port: 8080 },
          { name: 'fixed', protocol: 'TCP', port: 443, appProtocol: 'https' },
        ],
        ['a', 'b'],
      ],
      [[{ name: 'fixed', protocol: 'TCP', port: 443, appProtocol: 'https' }], ['c']],
    ]);
    const subsets = endpointSubsets(service({ ports }), pods);
    expect(
      subsets.map(({ ports: offered, addresses }) => [offered?.map(({ port }) => port), addresses?.length]),
    ).toEqual([
      [[443, 8080], 2],
      [[443], 1],
    ]);
  });

  test('may be none where the service has no address', () => {
    const none = { ports: [], clusterIP: 'None' };
    expect([...desired(none, [pod('a')]).groups.values()].map(({ ports }) => ports)).toEqual([[]]);
    expect(endpointSubsets(service(none), [pod('a')])).toEqual([
      { addresses: [expect.objectContaining({ ip: '10.0.0.97' })] },
    ]);
    expect(endpointSubsets(service({ ports: [{ port: 80, targetPort: 'nowhere' }] }), [pod('a')])).toEqual([]);
  });
});

test('a pod that calls itself of the service has its host name', () => {
  const named = (subdomain: string) => pod('a', {}, { hostname: 'web-0', subdomain });
  expect(endpointsOf({}, [named('web')])[0]?.hostname).toBe('web-0');
  expect(endpointsOf({}, [named('other')])[0]?.hostname).toBeUndefined();
  expect(endpointSubsets(service(), [named('web')])[0]?.addresses?.[0]?.hostname).toBe('web-0');
});

test('families are the service’s own, else those of its address', () => {
  const types = (spec: object) => addressTypes(service(spec));
  expect(types({ ipFamilies: ['IPv6', 'IPv4'] })).toEqual(['IPv6', 'IPv4']);
  expect(types({ ipFamilies: [], clusterIP: 'fd00::1' })).toEqual(['IPv6']);
  expect(types({ ipFamilies: undefined, clusterIP: '10.1.1.1' })).toEqual(['IPv4']);
  expect(types({ ipFamilies: [], clusterIP: 'None' })).toEqual(['IPv4', 'IPv6']);
  const dual = pod('a', { addresses: ['10.0.0.1', 'fd00::1'] });
  expect(endpointsOf({}, [dual], 'IPv6')[0]?.addresses).toEqual(['fd00::1']);
  expect(endpointSubsets(service({ ipFamilies: ['IPv6'] }), [dual])[0]?.addresses?.[0]?.ip).toBe('fd00::1');
});

test.each([
  ['PreferClose', { forZones: [{ name: 'z' }] }],
  ['PreferSameZone', { forZones: [{ name: 'z' }] }],
  ['PreferSameNode', { forZones: [{ name: 'z' }], forNodes: [{ name: 'n1' }] }],
  [undefined, undefined],
])('traffic that is to %s is told whom an endpoint is for', (trafficDistribution, hints) => {
  const pods = [pod('a'), pod('b', { ready: false })];
  expect(endpointsOf({ trafficDistribution }, pods).map((endpoint) => endpoint.hints)).toEqual([hints, undefined]);
});

test.each([
  ['PreferSameNode', { forNodes: [{ name: 'n1' }] }],
  ['PreferSameZone', undefined],
])('a node without a zone is still one for traffic that is to %s', (trafficDistribution, hints) => {
  const bare = { name: 'n1', labels: {} } as unknown as NodeInfo;
  const { groups } = desiredEndpoints(service({ trafficDistribution }), [pod('a')], () => bare, 'IPv4');
  expect([...groups.values()].flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.hints))).toEqual([hints]);
});

describe('more addresses than fit', () => {
  const address = (ip: string) => ({ ip });
  const many = (count: number) => Array.from({ length: count }, (_, n) => address(`10.0.0.${n}`));
  test('lose those that are not ready first, then ready ones, shared by size', () => {
    const subsets = [{ addresses: many(4), notReadyAddresses: many(4) }, { notReadyAddresses: many(2) }];
    expect(truncate(subsets, 10)).toEqual({ subsets, isTruncated: false });
    const few = truncate(subsets, 7);
    expect(few.isTruncated).toBe(true);
    expect(few.subsets.map((one) => [one.addresses?.length, one.notReadyAddresses?.length])).toEqual([
      [4, 2],
      [undefined, 1],
    ]);
    const ready = [{ addresses: many(6) }, { addresses: many(2), notReadyAddresses: many(9) }];
    expect(truncate(ready, 4).subsets.map((one) => [one.addresses?.length, one.notReadyAddresses])).toEqual([
      [3, undefined],
      [1, undefined],
    ]);
  });
});
