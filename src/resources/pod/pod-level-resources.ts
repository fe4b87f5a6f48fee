/** What a pod asks for as a whole, beside its containers. Pure. Source: pkg/apis/core/v1/defaults.go, defaultPodRequests, 1.34. */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
} from '../../values/quantity.ts';
import type { Container } from './container.ts';
import type { PodSpec } from './pod-spec.ts';

type Amounts = Map<string, Quantity>;

/** Huge pages are not lent: what is not asked for of them follows the limit alone. */
const isLent = (name: string): boolean => name === 'cpu' || name === 'memory';
export const isPodLevel = (name: string): boolean => isLent(name) || name.startsWith('hugepages-');

function requestsOf({ resources }: Container): Amounts {
  const requests = Object.entries(resources?.requests ?? {}).filter(([name]) => isLent(name));
  return new Map(
    requests.flatMap(([name, text]) => {
      const quantity = parseQuantity(text);
      return quantity === undefined ? [] : [[name, quantity] as const];
    }),
  );
}

function merge(into: Amounts, more: Amounts, by: (left: Quantity, right: Quantity) => Quantity): Amounts {
  for (const [name, quantity] of more) {
    const known = into.get(name);
    into.set(name, known === undefined ? quantity : by(known, quantity));
  }
  return into;
}

const larger = (left: Quantity, right: Quantity): Quantity => (compareQuantities(left, right) >= 0 ? left : right);

/** As containers run, or in the greediest moment of initialisation. */
function sumOfContainers({ containers = [], initContainers = [] }: PodSpec): Amounts {
  const total = containers.reduce((sum, one) => merge(sum, requestsOf(one), addQuantities), new Map() as Amounts);
  const sidecars: Amounts = new Map();
  const initializing: Amounts = new Map();
  for (const container of initContainers) {
    const own = requestsOf(container);
    if (container.restartPolicy === 'Always') {
      merge(total, own, addQuantities);
      merge(initializing, merge(sidecars, own, addQuantities), larger);
    } else {
      merge(initializing, merge(new Map(own), sidecars, addQuantities), larger);
    }
  }
  return merge(total, initializing, larger);
}

/** With limits of its own a pod requests what its containers do, else as much as it may have. Of pods only. */
export function defaultPodRequests(spec: PodSpec): void {
  const { resources } = spec;
  if (resources?.limits === undefined || Object.keys(resources.limits).length === 0) {
    return;
  }
  const limits = Object.entries(resources.limits).filter(([name]) => isPodLevel(name));
  const sums = Array.from(sumOfContainers(spec), ([name, quantity]) => [name, formatQuantity(quantity)]);
  const requests = { ...Object.fromEntries(limits), ...Object.fromEntries(sums), ...resources.requests };
  if (Object.keys(requests).length > 0) {
    resources.requests = requests;
  }
}
