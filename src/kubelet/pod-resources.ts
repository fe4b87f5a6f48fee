/** What a pod asks of its node. Pure. Source: component-helpers/resource PodRequests. */
import { isPodLevel } from '../resources/pod/pod-level-resources.ts';
import { amountOf } from '../values/amounts.ts';
import { isSidecar, type PodSpec, type ResourceRequirements } from './pod.ts';

/** Resource name → amount; cpu in millis, everything else in its base unit (bytes, pieces). */
export type Amounts = ReadonlyMap<string, number>;

function amounts(quantities: Readonly<Record<string, string>> | undefined): Map<string, number> {
  return new Map(Object.entries(quantities ?? {}).map(([name, text]) => [name, amountOf(name, text)]));
}

/** Limits stand in for requests that are not given. */
const requestsOf = ({ requests, limits }: ResourceRequirements): Map<string, number> =>
  new Map([...amounts(limits), ...amounts(requests)]);

function add(into: Map<string, number>, more: Amounts): Map<string, number> {
  for (const [name, amount] of more) {
    into.set(name, (into.get(name) ?? 0) + amount);
  }
  return into;
}

function raise(into: Map<string, number>, other: Amounts): void {
  for (const [name, amount] of other) {
    into.set(name, Math.max(into.get(name) ?? 0, amount));
  }
}

/** Containers as they run, or what the pod asks for as a whole where it does; overhead on top; `pods` is 1. */
export function podRequests(spec: PodSpec): Amounts {
  const total = sumOfContainers(spec);
  for (const [name, amount] of requestsOf(spec.resources ?? {})) {
    if (isPodLevel(name)) {
      total.set(name, amount);
    }
  }
  return add(total, amounts(spec.overhead)).set('pods', 1);
}

/** Main containers and sidecars together, or the greediest moment of initialisation. */
function sumOfContainers(spec: PodSpec): Map<string, number> {
  const total = new Map<string, number>();
  for (const { resources = {} } of spec.containers) {
    add(total, requestsOf(resources));
  }
  const sidecars = new Map<string, number>();
  const initializing = new Map<string, number>();
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container.resources ?? {});
    if (isSidecar(container)) {
      add(total, requests);
      add(sidecars, requests);
      raise(initializing, sidecars);
    } else {
      raise(initializing, add(new Map(sidecars), requests));
    }
  }
  raise(total, initializing);
  return total;
}
