import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceInfo } from '../views/service-info.ts';
import type { DesiredGroup } from './desired-endpoints.ts';
import { planSlices, type SlicePlan } from './plan-slices.ts';
import { type Endpoint, type EndpointSlice, endpointKey, portsKey } from './slice.ts';

const service: ServiceInfo = {
  ...{
    namespace: 'default',
    name: 'web',
    uid: 'u',
    revision: 1,
    labels: { team: 'a' },
    deleting: false,
    createdAt: 0,
    wantsZoneHints: false,
  },
  spec: { clusterIP: '10.1.1.1' },
};
const endpoint = (n: number, ready = true): Endpoint => ({
  addresses: [`10.0.0.${n}`],
  conditions: { ready, serving: ready, terminating: false },
  targetRef: { kind: 'Pod', namespace: 'default', name: `p${n}`, uid: `u${n}` },
});
const range = (from: number, to: number): Endpoint[] => Array.from({ length: to - from }, (_, n) => endpoint(from + n));
const groupsOf = (byPort: Record<number, Endpoint[]>): Map<string, DesiredGroup> =>
  new Map(
    Object.entries(byPort)
      .filter(([, endpoints]) => endpoints.length > 0)
      .map(([port, endpoints]) => {
        const ports = [{ name: '', protocol: 'TCP', port: Number(port) }];
        return [portsKey(ports), { ports, endpoints }];
      }),
  );

/** What is stored once a plan is carried out. */
let names = 0;
function carriedOut(existing: readonly EndpointSlice[], plan: SlicePlan): EndpointSlice[] {
  const gone = new Set(plan.remove.map(({ metadata }) => metadata.name));
  const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
  const created = plan.create.map((slice) => {
    names += 1;
    return { ...slice, metadata: { ...slice.metadata, name: `web-${names}`, uid: `s${names}` } };
  });
  const kept = existing.filter(({ metadata }) => !gone.has(metadata.name));
  return structuredClone([...kept.map((slice) => updated.get(slice.metadata.name) ?? slice), ...created]);
}
const stored = (existing: readonly EndpointSlice[], byPort: Record<number, Endpoint[]>, max = 10): EndpointSlice[] =>
  carriedOut(existing, planSlices(service, groupsOf(byPort), existing, 'IPv4', max));
const counts = ({ create, update, remove }: SlicePlan) => [create.length, update.length, remove.length];
const sizes = (slices: readonly EndpointSlice[]) => slices.map(({ endpoints }) => endpoints.length);

describe('slices', () => {
  test('hold so many and no more, with the labels of the service and its owner reference', () => {
    const slices = stored([], { 80: range(0, 25) });
    expect(sizes(slices)).toEqual([10, 10, 5]);
    expect(slices[0]).toMatchObject({
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: {
        generateName: 'web-',
        labels: {
          team: 'a',
          'kubernetes.io/service-name': 'web',
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [expect.objectContaining({ kind: 'Service', name: 'web', uid: 'u', controller: true })],
      },
      ports: [{ name: '', protocol: 'TCP', port: 80 }],
    });
  });

  test('of a service without endpoints is one that is empty, and stays', () => {
    const [slice, ...more] = stored([], {});
    expect([slice?.endpoints, slice?.ports, more]).toEqual([[], [], []]);
    expect(counts(planSlices(service, new Map(), [slice as EndpointSlice], 'IPv4'))).toEqual([0, 0, 0]);
    const filled = planSlices(service, groupsOf({ 80: range(0, 2) }), [slice as EndpointSlice], 'IPv4');
    expect(counts(filled)).toEqual([0, 1, 0]);
    expect(sizes(filled.update)).toEqual([2]);
  });

  test.each<[string, Endpoint[], number[]]>([
    ['a pod that changes', [endpoint(0, false), ...range(1, 25)], [0, 1, 0]],
    ['a pod that goes', range(1, 25), [0, 1, 0]],
    ['a pod that is replaced goes where the old one was', [...range(1, 25), endpoint(99)], [0, 1, 0]],
    ['a few more go where there is room', range(0, 28), [0, 1, 0]],
    ['more than fit anywhere make a new one', range(0, 31), [1, 0, 0]],
    ['all of one slice gone', range(10, 25), [0, 0, 1]],
    ['all gone', [], [0, 1, 2]],
    ['nothing changed', range(0, 25), [0, 0, 0]],
  ])('cost few writes: %s', (_, wanted, expected) => {
    const slices = stored([], { 80: range(0, 25) });
    expect(counts(planSlices(service, groupsOf({ 80: wanted }), slices, 'IPv4', 10))).toEqual(expected);
  });

  test('of other ports are others, and are taken over when theirs are wanted no more', () => {
    const slices = stored([], { 80: range(0, 5), 81: range(5, 8) });
    expect(slices.map(({ ports, endpoints }) => [ports[0]?.port, endpoints.length])).toEqual([
      [80, 5],
      [81, 3],
    ]);
    const plan = planSlices(service, groupsOf({ 80: range(0, 5), 82: range(5, 8) }), slices, 'IPv4', 10);
    expect(counts(plan)).toEqual([0, 1, 0]);
    expect(plan.update[0]?.metadata.name).toBe(slices[1]?.metadata.name);
    expect(plan.update[0]?.ports[0]?.port).toBe(82);
  });

  test('follow the labels of the service, but for its own words on whose they are', () => {
    const slices = stored([], { 80: range(0, 3) });
    const labels = { team: 'b', 'endpointslice.kubernetes.io/managed-by': 'me', 'service.kubernetes.io/headless': 'x' };
    const plan = planSlices({ ...service, labels }, groupsOf({ 80: range(0, 3) }), slices, 'IPv4');
    expect(plan.update.map(({ metadata }) => metadata.labels)).toEqual([
      {
        team: 'b',
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
    ]);
  });

  test('hold each endpoint once after any history, are never too full nor empty, and then rest', () => {
    const world = fc.dictionary(
      fc.constantFrom('80', '81'),
      fc.uniqueArray(fc.tuple(fc.nat(40), fc.boolean()), { selector: ([n]) => n }),
    );
    fc.assert(
      fc.property(fc.array(world, { minLength: 1, maxLength: 8 }), (history) => {
        let slices: EndpointSlice[] = [];
        for (const ports of history) {
          const wanted: Record<number, Endpoint[]> = {};
          for (const [port, pods] of Object.entries(ports)) {
            wanted[Number(port)] = pods.map(([n, ready]) => endpoint(n, ready));
          }
          const groups = groupsOf(wanted);
          slices = stored(slices, wanted, 5);
          for (const [key, group] of groups) {
            const own = slices.filter((slice) => portsKey(slice.ports) === key);
            const held = own.flatMap(({ endpoints }) => endpoints);
            const sorted = (list: Endpoint[]) => [...list].sort((a, b) => (endpointKey(a) < endpointKey(b) ? -1 : 1));
            expect(sorted(held)).toEqual(sorted(group.endpoints));
            expect(Math.max(...sizes(own))).toBeLessThanOrEqual(5);
            expect(Math.min(...sizes(own))).toBeGreaterThan(0);
          }
          expect(slices.filter(({ ports: own }) => !groups.has(portsKey(own)))).toHaveLength(groups.size === 0 ? 1 : 0);
          expect(counts(planSlices(service, groups, slices, 'IPv4', 5))).toEqual([0, 0, 0]);
        }
      }),
    );
  });
});
