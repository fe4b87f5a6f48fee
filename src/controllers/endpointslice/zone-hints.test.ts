import { describe, expect, test } from 'vitest';
import type { NodeInfo } from '../views/node-info.ts';
import type { DesiredGroup } from './desired-endpoints.ts';
import type { SlicePlan } from './plan-slices.ts';
import type { Endpoint, EndpointSlice } from './slice.ts';
import { keepHints, withZoneHints } from './zone-hints.ts';
import { zoneShares } from './zone-shares.ts';

const node = (zone: string, cpu: number, more: Partial<NodeInfo> = {}) =>
  ({
    ...{ conditions: { Ready: 'True' }, allocatable: { cpu } },
    labels: { ...(zone === '' ? {} : { 'topology.kubernetes.io/zone': zone }), ...more.labels },
    ...(more.conditions === undefined ? {} : { conditions: more.conditions }),
  }) as unknown as NodeInfo;
const thirds = new Map([
  ['a', 1 / 3],
  ['b', 1 / 3],
  ['c', 1 / 3],
]);
const ends = (zones: string): Endpoint[] =>
  [...zones].map((zone, n) => ({
    addresses: [`10.0.0.${n}`],
    conditions: { ready: zone !== '!', serving: zone !== '!', terminating: false },
    ...('!-'.includes(zone) ? {} : { zone }),
  }));
const slice = (name: string, endpoints: Endpoint[]): EndpointSlice => ({
  ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name }, addressType: 'IPv4' },
  ...{ endpoints, ports: [] },
});
const hinted = (zones: string, hints = zones): Endpoint[] =>
  ends(zones).map((endpoint, n) => ({ ...endpoint, hints: { forZones: [{ name: hints[n] ?? '' }] } }));
const hintsOf = (slices: readonly EndpointSlice[]): string =>
  slices.flatMap(({ endpoints }) => endpoints.map(({ hints }) => hints?.forZones?.[0]?.name ?? '.')).join('');
const NONE: SlicePlan = { create: [], update: [], remove: [] };

describe('shares of zones', () => {
  test('are those of the CPU of ready nodes that are no control plane', () => {
    const nodes = [
      ...[node('b', 2_000), node('a', 1_000), node('a', 1_000)],
      ...[node('c', 9_000, { conditions: { Ready: 'False' } })],
      ...[node('c', 9_000, { labels: { 'node-role.kubernetes.io/control-plane': '' } })],
    ];
    expect([...(zoneShares(nodes) ?? [])]).toEqual([
      ['a', 0.5],
      ['b', 0.5],
    ]);
  });

  test.each([
    ['of one zone', [node('a', 1), node('a', 1)]],
    ['of which one has no zone', [node('a', 1), node('b', 1), node('', 1)]],
    ['of which one has no CPU', [node('a', 1), node('b', 0)]],
    ['that are none', []],
  ])('cannot be said of nodes %s', (_, nodes) => {
    expect(zoneShares(nodes)).toBeUndefined();
  });
});

describe('hints', () => {
  test.each([
    ['abc', 'abc'],
    ['aabbcc', 'aabbcc'],
    // A zone that has too many gives to one that has too few.
    ['aaabbb', 'caacbb'],
    ['aaaaaa', 'bbccaa'],
    ['a!bc', 'a.bc'],
  ])('of endpoints in %s are %s', (zones, hints) => {
    const { plan, refusal } = withZoneHints({ ...NONE, create: [slice('s', ends(zones))] }, [], thirds);
    expect([hintsOf(plan.create), refusal]).toEqual([hints, undefined]);
  });

  test.each([
    ['ab', thirds, 'Insufficient number of endpoints (2 endpoints, 3 zones)'],
    ['ab-', thirds, 'One or more endpoints do not have a zone specified'],
    [
      'abc',
      new Map([
        ['a', 0.5],
        ['b', 0.45],
        ['c', 0.05],
      ]),
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 3 zones)',
    ],
    ['abc', undefined, 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'],
  ])('of endpoints in %s are none, and go where they were, where that is impossible', (zones, shares, refusal) => {
    const stored = slice('s', zones === 'ab-' ? ends(zones) : hinted(zones));
    const result = withZoneHints(NONE, [stored], shares);
    expect(result.refusal).toBe(refusal);
    expect([hintsOf(result.plan.update), result.plan.update.length]).toEqual(
      zones === 'ab-' ? ['', 0] : ['.'.repeat(zones.length), 1],
    );
  });

  test('stay in slices that need no write, others make up for them', () => {
    const stored = [slice('s', hinted('aab')), slice('t', hinted('abc'))];
    const plan = { ...NONE, update: [slice('t', ends('aac'))] };
    const { plan: next } = withZoneHints(plan, stored, thirds);
    expect(next.update.map(({ metadata }) => metadata.name)).toEqual(['t']);
    expect(hintsOf(next.update)).toBe('bcc');
  });

  test.each([
    ['is for a zone that has none', hinted('abc', 'abz')],
    ['is missing', [...hinted('ab'), ...ends('c')]],
    ['gives a zone too many', hinted('abc', 'aaa')],
  ])('are given anew where one %s', (_, endpoints) => {
    const { plan } = withZoneHints(NONE, [slice('s', endpoints)], thirds);
    expect(hintsOf(plan.update)).toBe('abc');
  });

  test('are kept of endpoints that are as they were', () => {
    const group: DesiredGroup = { ports: [], endpoints: ends('ab') };
    keepHints(new Map([['', group]]), [slice('s', [...hinted('a', 'c'), ...hinted('bc').slice(1)])]);
    expect(hintsOf([slice('s', group.endpoints)])).toBe('c.');
  });
});
