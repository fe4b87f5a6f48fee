/**
 * Since when each node has had each NoExecute taint. The node controller notes it in `timeAdded`; `kubectl taint` does
 * not, so for those the first sight counts. In memory, as in Kubernetes: a restart grants such pods their time anew.
 */
import { parseTime } from '../../values/rfc3339.ts';
import type { Taint } from '../kinds/node.ts';
import type { NodeInfo } from '../views/node-info.ts';

const keyOf = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`;

export class TaintTimes {
  readonly #seen = new Map<string, Map<string, number>>();

  /** Of the node as it is now; taints that are gone are forgotten. */
  look({ uid, taints }: Pick<NodeInfo, 'uid' | 'taints'>, nowMs: number): (taint: Taint) => number {
    const before = this.#seen.get(uid);
    const unnoted = taints.filter(
      ({ effect, timeAdded }) => effect === 'NoExecute' && parseTime(timeAdded) === undefined,
    );
    const now = new Map(unnoted.map((taint) => [keyOf(taint), before?.get(keyOf(taint)) ?? nowMs]));
    if (now.size > 0) {
      this.#seen.set(uid, now);
    } else {
      this.#seen.delete(uid);
    }
    return (taint) => parseTime(taint.timeAdded) ?? now.get(keyOf(taint)) ?? nowMs;
  }

  /** Forgets nodes that are gone. */
  keepOnly(uids: ReadonlySet<string>): void {
    for (const uid of [...this.#seen.keys()].filter((known) => !uids.has(known))) {
      this.#seen.delete(uid);
    }
  }
}
