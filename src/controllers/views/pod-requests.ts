/** What a pod asks of its node. Pure. Source: component-helpers/resource, PodRequests. */
import type { Container, PodSpec } from '../kinds/pod.ts';
import { type Amounts, accumulate, amountsOf } from './amounts.ts';

/** A limit stands in for a request that is not given. */
const requestsOf = ({ resources = {} }: Container): Record<string, number> => ({
  ...amountsOf(resources.limits),
  ...amountsOf(resources.requests),
});

function raise(into: Record<string, number>, other: Amounts): void {
  for (const name in other) {
    into[name] = Math.max(into[name] ?? 0, other[name] ?? 0);
  }
}

/** Main containers and sidecars together, or the greediest moment of initialisation; overhead on top; `pods` is 1. */
export function podRequests(spec: PodSpec): Amounts {
  const total: Record<string, number> = {};
  for (const container of spec.containers) {
    accumulate(total, requestsOf(container));
  }
  const sidecars: Record<string, number> = {};
  const initializing: Record<string, number> = {};
  for (const container of spec.initContainers ?? []) {
    const requests = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      accumulate(total, requests);
      accumulate(sidecars, requests);
      raise(initializing, sidecars);
    } else {
      accumulate(requests, sidecars);
      raise(initializing, requests);
    }
  }
  raise(total, initializing);
  accumulate(total, amountsOf(spec.overhead));
  total['pods'] = 1;
  return total;
}
