/** What a pod asks of its node. Pure. Source: component-helpers/resource, PodRequests. */
import type { Container, PodSpec } from '../kinds/pod.ts';
import { type Amounts, accumulate, amountsOf, setAmounts } from './amounts.ts';

/** What scoring assumes of a container that does not say. Source: scheduler/util/pod_resources.go. */
const ASSUMED: Amounts = { cpu: 100, memory: 200 * 2 ** 20 };
const NONE: Amounts = {};
const NO_QUANTITIES: Quantities = {};
/** What a pod may ask for as a whole instead of by container. */
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

type Quantities = Readonly<Record<string, string>>;
/** Which quantities are looked at: a pod may name 49,000 resources. */
type Look = (quantities: Quantities | undefined) => Quantities | undefined;

const all: Look = (quantities) => quantities;
const scored: Look = ({ cpu, memory } = {}) => ({
  ...(cpu === undefined ? {} : { cpu }),
  ...(memory === undefined ? {} : { memory }),
});

/** A limit stands in for a request that is not given. `missing` stands in for both. */
function requestsOf(
  { resources = {} }: Pick<Container, 'resources'>,
  look: Look,
  missing: Amounts = {},
): Record<string, number> {
  const amounts = { ...missing };
  const { limits, requests = NO_QUANTITIES } = resources;
  setAmounts(amounts, look(limits), requests);
  setAmounts(amounts, look(requests));
  return amounts;
}

function raise(into: Record<string, number>, other: Amounts): void {
  for (const name in other) {
    into[name] = Math.max(into[name] ?? 0, other[name] ?? 0);
  }
}

/** Main containers and sidecars together, or the greediest moment of initialisation. */
function sumOfContainers(spec: PodSpec, look: Look, missing: Amounts): Record<string, number> {
  const requests = (container: Container): Record<string, number> => requestsOf(container, look, missing);
  const [first, ...others] = spec.containers;
  const total = first === undefined ? {} : requests(first);
  for (const container of others) {
    accumulate(total, requests(container));
  }
  const sidecars: Record<string, number> = {};
  const initializing: Record<string, number> = {};
  for (const container of spec.initContainers ?? []) {
    const own = requests(container);
    if (container.restartPolicy === 'Always') {
      accumulate(total, own);
      accumulate(sidecars, own);
      raise(initializing, sidecars);
    } else {
      accumulate(own, sidecars);
      raise(initializing, own);
    }
  }
  raise(total, initializing);
  return total;
}

function requestsOfPod(spec: PodSpec, look: Look, missing: Amounts): Record<string, number> {
  const total = sumOfContainers(spec, look, missing);
  for (const [name, amount] of Object.entries(spec.resources === undefined ? NONE : requestsOf(spec, look))) {
    if (isPodLevel(name)) {
      total[name] = amount;
    }
  }
  accumulate(total, amountsOf(look(spec.overhead)));
  return total;
}

/** Containers as they run, or the amounts of the pod as a whole where it has some; overhead on top; `pods` is 1. */
export function podRequests(spec: PodSpec): Amounts {
  const total = requestsOfPod(spec, all, NONE);
  total['pods'] = 1;
  return total;
}

/** The cpu (millis) and memory (bytes) that scoring counts: containers that ask for none use a little all the same. */
export function assumedUse(spec: PodSpec): { readonly cpu: number; readonly memory: number } {
  const { cpu = 0, memory = 0 } = requestsOfPod(spec, scored, ASSUMED);
  return { cpu, memory };
}
