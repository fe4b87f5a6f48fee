/**
 * What people write as subsets in one form: ports of the same addresses together, each address once, not ready where any
 * subset says so. Pure. Source: pkg/api/v1/endpoints/util.go, RepackSubsets.
 */
import { groupedBy } from '../../values/grouped-by.ts';
import { type Address, byIp, type Subset } from './subsets.ts';

type Port = NonNullable<Subset['ports']>[number];
interface Host {
  readonly address: Address;
  readonly isReady: boolean;
}

interface Repacked {
  readonly subsets: Subset[];
  /** Addresses that were left out: ports of many subsets of one object multiply. */
  readonly skipped: number;
}

/** Pairs of a port and an address in one object, and of ports with the same addresses, which count as one. */
const MOST_PAIRS = 100_000;

export function repackSubsets(subsets: readonly Subset[], most = MOST_PAIRS): Repacked {
  let room = most;
  let skipped = 0;
  const isRoomFor = (count: number): boolean => {
    const isRoom = room > 0;
    room -= isRoom ? count : 0;
    skipped += isRoom ? 0 : count;
    return isRoom;
  };
  const whole = new Map<string, Address>();
  // Ports of the same subsets have the same addresses, which are looked at once for all of them.
  const offered = [...groupedBy(offersOf(subsets), ({ from }) => [...from].join()).values()].flatMap((offers) => {
    const from = [...(offers[0]?.from ?? [])].map((at) => subsets[at] ?? {});
    const ports = offers.flatMap(({ port }) => port ?? []);
    return isRoomFor(sizeOf(from)) ? [{ ports, hosts: hostsOf(from, whole) }] : [];
  });
  const repacked = [...groupedBy(offered, ({ hosts }) => hostsKey(hosts)).values()].flatMap((same) => {
    const hosts = [...(same[0]?.hosts.values() ?? [])];
    const lists = namedApart(same.flatMap(({ ports }) => ports));
    const addresses = addressesOf(hosts);
    return lists
      .filter((_, at) => hosts.length > 0 && (at === 0 || isRoomFor(hosts.length)))
      .map((ports): Subset => ({ ...addresses, ports }));
  });
  return { subsets: repacked, skipped };
}

const sizeOf = (subsets: readonly Subset[]): number =>
  subsets.reduce(
    (sum, { addresses = [], notReadyAddresses = [] }) => sum + addresses.length + notReadyAddresses.length,
    0,
  );

/** Each port once, and which subsets have it; those without ports have none, together. */
function offersOf(
  subsets: readonly Subset[],
): Iterable<{ readonly port: Port | undefined; readonly from: Set<number> }> {
  const offers = new Map<string, { port: Port | undefined; from: Set<number> }>();
  for (const [at, { ports = [] }] of subsets.entries()) {
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const key = port === undefined ? '' : portKey(port);
      const offer = offers.get(key) ?? { port, from: new Set() };
      offers.set(key, offer);
      offer.from.add(at);
    }
  }
  return offers.values();
}

const portKey = ({ name = '', protocol, port, appProtocol = '' }: Port): string =>
  [name, protocol, port, appProtocol].join(' ');

/** `whole`: each address as it is first written, wherever that is. */
function hostsOf(subsets: readonly Subset[], whole: Map<string, Address>): Map<string, Host> {
  const hosts = new Map<string, Host>();
  const add = (isReady: boolean) => (given: Address) => {
    const key = `${given.ip} ${given.targetRef?.uid ?? ''}`;
    const address = whole.get(key) ?? given;
    whole.set(key, address);
    hosts.set(key, { address, isReady: isReady && hosts.get(key)?.isReady !== false });
  };
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    addresses.forEach(add(true));
    notReadyAddresses.forEach(add(false));
  }
  return hosts;
}

const hostsKey = (hosts: ReadonlyMap<string, Host>): string =>
  [...hosts]
    .map(([key, { isReady }]) => `${key} ${isReady}`)
    .sort()
    .join();

/** A slice names each of its ports differently: of those of one name each is in a list of its own. None make one list. */
function namedApart(ports: readonly Port[]): Port[][] {
  const lists: Port[][] = [[]];
  const uses = new Map<string, number>();
  for (const port of ports) {
    const { name = '' } = port;
    const nth = uses.get(name) ?? 0;
    uses.set(name, nth + 1);
    const list = lists[nth] ?? [];
    lists[nth] = list;
    list.push(port);
  }
  return lists;
}

function addressesOf(hosts: readonly Host[]): Pick<Subset, 'addresses' | 'notReadyAddresses'> {
  const those = (ready: boolean): Address[] =>
    hosts
      .filter(({ isReady }) => isReady === ready)
      .map(({ address }) => address)
      .sort(byIp);
  return { addresses: those(true), notReadyAddresses: those(false) };
}
