import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repackSubsets } from './repack-subsets.ts';
import type { Subset } from './subsets.ts';

const port = (number: number, name = `p${number}`) => ({ name, port: number, protocol: 'TCP' });
const at = (...ips: string[]) => ips.map((ip) => ({ ip }));
const packed = (...subsets: Subset[]) =>
  repackSubsets(subsets).subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => ({
    ready: addresses.map(({ ip }) => ip),
    notReady: notReadyAddresses.map(({ ip }) => ip),
    ports: ports.map(({ port }) => port),
  }));

test.each<[string, Subset[], ReturnType<typeof packed>]>([
  [
    'subsets of the same ports',
    [
      { addresses: at('b', 'a'), ports: [port(1)] },
      { addresses: at('c', 'a'), ports: [port(1)] },
    ],
    [{ ready: ['a', 'b', 'c'], notReady: [], ports: [1] }],
  ],
  [
    'ports of the same addresses, in whatever order',
    [
      { addresses: at('a', 'b'), ports: [port(1)] },
      { addresses: at('b', 'a'), ports: [port(2)] },
    ],
    [{ ready: ['a', 'b'], notReady: [], ports: [1, 2] }],
  ],
  [
    'an address that is also not ready',
    [
      { addresses: at('a', 'b'), notReadyAddresses: at('b'), ports: [port(1)] },
      { addresses: at('b'), ports: [port(1)] },
    ],
    [{ ready: ['a'], notReady: ['b'], ports: [1] }],
  ],
  [
    'one that is ready at one port alone',
    [
      { addresses: at('a'), ports: [port(1)] },
      { notReadyAddresses: at('a'), ports: [port(2)] },
    ],
    [
      { ready: ['a'], notReady: [], ports: [1] },
      { ready: [], notReady: ['a'], ports: [2] },
    ],
  ],
  [
    'ports of some and of all',
    [
      { addresses: at('a', 'b'), ports: [port(1)] },
      { addresses: at('a'), ports: [port(1), port(2)] },
    ],
    [
      { ready: ['a', 'b'], notReady: [], ports: [1] },
      { ready: ['a'], notReady: [], ports: [2] },
    ],
  ],
  [
    'subsets without ports',
    [{ addresses: at('a') }, { addresses: at('b'), ports: [] }],
    [{ ready: ['a', 'b'], notReady: [], ports: [] }],
  ],
  [
    'ports of one name, which no slice may have twice',
    [{ addresses: at('a'), ports: [port(1, ''), port(2, ''), port(3)] }],
    [
      { ready: ['a'], notReady: [], ports: [1, 3] },
      { ready: ['a'], notReady: [], ports: [2] },
    ],
  ],
  ['ports that nobody offers', [{ ports: [port(1)] }], []],
])('%s', (_, subsets, expected) => {
  expect(packed(...subsets)).toEqual(expected);
});

test('two pods at the address of their node are two; an address is as it was first written', () => {
  const pod = (uid: string, hostname: string) => ({
    ...{ ip: 'a', hostname },
    targetRef: { kind: 'Pod', namespace: 'default', name: uid, uid },
  });
  const { subsets } = repackSubsets([
    { addresses: [pod('2', 'two'), pod('1', 'one')], ports: [port(1)] },
    { addresses: [pod('1', 'other')], ports: [port(1)] },
  ]);
  expect(subsets[0]?.addresses).toEqual([pod('1', 'one'), pod('2', 'two')]);
});

test('leaves out what multiplies beyond measure, and says how much', () => {
  const addresses = Array.from({ length: 100 }, (_, i) => ({ ip: `10.0.0.${i}` }));
  const numbers = Array.from({ length: 100 }, (_, i) => i + 1);
  const crossed = repackSubsets(
    [
      { addresses, ports: numbers.map((number) => port(number)) },
      ...numbers.map((number) => ({ addresses: at(`10.0.1.${number}`), ports: [port(number)] })),
    ],
    1_010,
  );
  expect([crossed.subsets.length, crossed.skipped]).toEqual([10, 90 * 101]);
  const sameName = repackSubsets([{ addresses, ports: numbers.map((number) => port(number, 'a')) }], 1_000);
  expect([sameName.subsets.length, sameName.skipped]).toEqual([10, 90 * 100]);
  const one = repackSubsets([{ addresses, ports: numbers.map((number) => port(number)) }], 10);
  expect([one.subsets[0]?.addresses?.length, one.skipped]).toEqual([100, 0]);
});

test('says of each port and address what was written, once', () => {
  const ips = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
  const subsets = fc.array(
    fc.record({
      addresses: ips.map((all) => at(...all)),
      notReadyAddresses: ips.map((all) => at(...all)),
      ports: fc.array(fc.constantFrom(1, 2, 3)).map((all) => all.map((number) => port(number))),
    }),
    { maxLength: 6 },
  );
  /** One line a pair of port and address, not ready where any says so. */
  const pairs = (all: readonly Subset[]): string[] => {
    const isReady = new Map<string, boolean>();
    for (const { addresses = [], notReadyAddresses = [], ports = [] } of all) {
      for (const number of ports.length === 0 ? [0] : ports.map((one) => one.port)) {
        const note = (ready: boolean, { ip }: { ip: string }) =>
          isReady.set(`${ip}:${number}`, ready && isReady.get(`${ip}:${number}`) !== false);
        addresses.forEach((address) => void note(true, address));
        notReadyAddresses.forEach((address) => void note(false, address));
      }
    }
    return [...isReady].map(([pair, ready]) => `${pair} ${ready}`).sort();
  };
  fc.assert(
    fc.property(subsets, (given) => {
      // Those without ports may have the ports of others with the same addresses.
      const named = given.filter(({ ports }) => ports.length > 0);
      const { subsets: result, skipped } = repackSubsets(named);
      expect(skipped).toBe(0);
      expect(pairs(result)).toEqual(pairs(named));
      const keys = result.map(({ ports = [] }) => ports.map((one) => one.port).join());
      expect(new Set(keys).size).toBe(keys.length);
      for (const { addresses = [], notReadyAddresses = [] } of result) {
        const all = [...addresses, ...notReadyAddresses].map(({ ip }) => ip);
        expect(new Set(all).size).toBe(all.length);
      }
    }),
  );
});
