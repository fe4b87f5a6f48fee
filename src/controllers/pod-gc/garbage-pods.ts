/** Which pods nobody else will ever remove. Pure. Source: controller/podgc/gc_controller.go. */
import { isReady, type NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';

/** Evicted ones first, which say least of what their controllers made; then the oldest. */
const byUse = (a: PodInfo, b: PodInfo): number =>
  Number(b.isEvicted) - Number(a.isEvicted) || a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1);

/** Finished pods beyond the threshold (0: none are), those to go first at the front. */
export function surplusTerminated(pods: Iterable<PodInfo>, threshold: number): PodInfo[] {
  if (threshold === 0) {
    return [];
  }
  const finished = [...pods].filter((pod) => isFinished(pod) && pod.deletionTime === undefined);
  const surplus = finished.length - threshold;
  return surplus <= 0 ? [] : finished.sort(byUse).slice(0, surplus);
}

/** Declared dead by an operator: its ending pods will never be confirmed. */
export const isOutOfService = (node: NodeInfo): boolean =>
  !isReady(node) && node.taints.some(({ key }) => key === 'node.kubernetes.io/out-of-service');

/** Nodes that pods name and that do not exist are believed gone after a quarantine: the view may lag, a node return. */
export class MissingNodes {
  readonly #since = new Map<string, number>();
  readonly #quarantineMs: number;

  constructor(quarantineMs: number) {
    this.#quarantineMs = quarantineMs;
  }

  /** Names that were missing for the whole quarantine, at monotonic time `now`. */
  look(bound: Iterable<string>, exists: (name: string) => boolean, now: number): string[] {
    const missing = new Set([...bound].filter((name) => name !== '' && !exists(name)));
    for (const name of [...this.#since.keys()].filter((known) => !missing.has(known))) {
      this.#since.delete(name);
    }
    for (const name of missing) {
      this.#since.set(name, this.#since.get(name) ?? now);
    }
    return [...missing].filter((name) => now - (this.#since.get(name) ?? now) >= this.#quarantineMs);
  }
}
