import { describe, expect, it, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type RegistryFixture, read, registryFixture } from '../../test/support/registry-fixture.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { seededRandom } from '../timing/random.ts';
import { advertisedAddress, keepApiEndpoints, settleApiEndpoints } from './api-endpoints.ts';

const SLICES = 'endpointslices.discovery.k8s.io';
const at = (address: string, port = 6443) => ({ address, port });

interface Slice {
  addressType?: unknown;
  endpoints?: unknown;
  ports?: unknown;
}

async function told({ registry }: RegistryFixture) {
  const { items } = await registry.list(SLICES, { namespace: 'default' });
  return {
    subsets: (read(await registry.get('endpoints', 'default', 'kubernetes')) as { subsets?: unknown }).subsets,
    slices: Object.fromEntries(
      items.map((stored) => {
        const { metadata, addressType, endpoints, ports } = read(stored) as ReturnType<typeof read> & Slice;
        return [metadata.name, { labels: metadata.labels, addressType, endpoints, ports }];
      }),
    ),
  };
}
const port = (number: number) => [{ name: 'https', port: number, protocol: 'TCP' }];
const slice = (number: number, ...ips: string[]) => ({
  labels: { 'kubernetes.io/service-name': 'kubernetes' },
  addressType: 'IPv4',
  endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
  ports: port(number),
});

describe('the endpoints of the API', () => {
  it('are one subset and the slice `kubernetes`, and are written when they change alone', async () => {
    const world = await registryFixture();
    await settleApiEndpoints(world.registry, [at('10.1.0.1'), at('10.1.0.2')]);
    expect(await told(world)).toEqual({
      subsets: [{ addresses: [{ ip: '10.1.0.1' }, { ip: '10.1.0.2' }], ports: port(6443) }],
      slices: { kubernetes: slice(6443, '10.1.0.1', '10.1.0.2') },
    });
    const before = await world.registry.get('endpoints', 'default', 'kubernetes');
    expect(read(before).metadata.labels).toEqual({ 'endpointslice.kubernetes.io/skip-mirror': 'true' });
    await settleApiEndpoints(world.registry, [at('10.1.0.1'), at('10.1.0.2')]);
    expect((await world.registry.get('endpoints', 'default', 'kubernetes')).revision).toBe(before.revision);
    await settleApiEndpoints(world.registry, []);
    await settleApiEndpoints(world.registry, [at('10.1.0.2')]);
    expect((await told(world)).slices).toEqual({ kubernetes: slice(6443, '10.1.0.2') });
  });

  it('of processes on several ports are told of by port', async () => {
    const world = await registryFixture();
    await settleApiEndpoints(world.registry, [at('10.1.0.1', 7443), at('10.1.0.1'), at('10.1.0.2')]);
    expect(await told(world)).toEqual({
      subsets: [
        { addresses: [{ ip: '10.1.0.1' }, { ip: '10.1.0.2' }], ports: port(6443) },
        { addresses: [{ ip: '10.1.0.1' }], ports: port(7443) },
      ],
      slices: { kubernetes: slice(6443, '10.1.0.1', '10.1.0.2'), 'kubernetes-7443': slice(7443, '10.1.0.1') },
    });
    await settleApiEndpoints(world.registry, [at('10.1.0.1', 7443)]);
    expect((await told(world)).slices).toEqual({ kubernetes: slice(7443, '10.1.0.1') });
  });

  it('are restored when somebody changes them; what else is in their metadata stays', async () => {
    const world = await registryFixture();
    await settleApiEndpoints(world.registry, [at('10.1.0.1')]);
    const merge = { metadata: { annotations: { mine: 'yes' } }, subsets: [] };
    await world.registry.patch('endpoints', 'default', 'kubernetes', 'merge', merge);
    const foreign = { ...slice(1, '10.9.9.9'), metadata: { name: 'other', labels: slice(1).labels } };
    const { labels: _, ...body } = foreign;
    await world.registry.create(SLICES, 'default', body);
    await settleApiEndpoints(world.registry, [at('10.1.0.1')]);
    expect(await told(world)).toEqual({
      subsets: [{ addresses: [{ ip: '10.1.0.1' }], ports: port(6443) }],
      slices: { kubernetes: slice(6443, '10.1.0.1') },
    });
    const { metadata } = read(await world.registry.get('endpoints', 'default', 'kubernetes'));
    expect(metadata.annotations).toEqual({ mine: 'yes' });
  });

  it('follow what the processes say, every ten seconds, until the signal', async () => {
    const world = await registryFixture();
    const clock = new ManualClock();
    const stop = new AbortController();
    const others = [at('10.1.0.2')];
    const noted: object[] = [];
    const addresses = {
      note: async (own: object) => void noted.push(own),
      all: async () => [at('10.1.0.1'), ...others],
    };
    const { done } = await keepApiEndpoints({
      ...{ registry: world.registry, own: at('10.1.0.1'), addresses, clock },
      ...{ random: seededRandom(1), logger: silentLogger, signal: stop.signal },
    });
    expect((await told(world)).slices).toEqual({ kubernetes: slice(6443, '10.1.0.1', '10.1.0.2') });
    others.length = 0;
    await clock.advance(11_000);
    await expect.poll(async () => (await told(world)).slices).toEqual({ kubernetes: slice(6443, '10.1.0.1') });
    expect(noted).toEqual([at('10.1.0.1'), at('10.1.0.1')]);
    stop.abort();
    await done;
  });
});

test.each([
  ['10.2.3.4', {}, '10.2.3.4'],
  ['0.0.0.0', { eth0: ['10.5.0.1'] }, '10.5.0.1'],
  ['127.0.0.1', { eth0: ['169.254.1.1'], eth1: ['10.6.0.1'] }, '10.6.0.1'],
  ['::', { eth0: ['10.5.0.1'] }, '10.5.0.1'],
  ['localhost', {}, undefined],
])('%s is told of as an address of the host', (host, interfaces, expected) => {
  const lo = [{ family: 'IPv4', internal: true, address: '127.0.0.1' }];
  const all = Object.entries(interfaces as Record<string, string[]>).map(([name, addresses]) => [
    name,
    addresses.map((address) => ({ family: 'IPv4', internal: false, address })),
  ]);
  expect(advertisedAddress(host, { lo, ...Object.fromEntries(all) })).toBe(expected);
});
