/**
 * How long each node has had each NoExecute taint. The node controller notes it in `timeAdded`; `kubectl taint` does not,
 * so for those the first sight counts. From then on the monotonic clock counts: a wall clock that is set evicts nobody,
 * and keeps nobody. In memory, as in Kubernetes: after a restart `timeAdded` is asked again, or the first sight.
 */
import type { Clock } from '../../timing/clock.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { Taint } from '../kinds/node.ts';
import type { NodeInfo } from '../views/node-info.ts';

const keyOf = ({ key, value = '', effect, timeAdded = '' }: Taint): string => `${key}=${value}:${effect} ${timeAdded}`;

export class TaintTimes {
  /** By node and taint: the moment it began, on the monotonic clock. */
  readonly #seen = new Map<string, Map<string, number>>();

  /** Of the node as it is now; taints that are gone are forgotten. Answers since when, on the wall clock as it is now. */
  look(
    { uid, taints }: Pick<NodeInfo, 'uid' | 'taints'>,
    clock: Pick<Clock, 'now' | 'monotonic'>,
  ): (taint: Taint) => number {
    const before = this.#seen.get(uid);
    const [wall, monotonic] = [clock.now(), clock.monotonic()];
    const begun = ({ timeAdded }: Taint): number => monotonic - (wall - (parseTime(timeAdded) ?? wall));
    const executing = taints.filter(({ effect }) => effect === 'NoExecute');
    const now = new Map(executing.map((taint) => [keyOf(taint), before?.get(keyOf(taint)) ?? begun(taint)]));
    if (now.size > 0) {
      this.#seen.set(uid, now);
    } else {
      this.#seen.delete(uid);
    }
    return (taint) => wall - (monotonic - (now.get(keyOf(taint)) ?? monotonic));
  }

  /** Forgets nodes that are gone. */
  keepOnly(uids: ReadonlySet<string>): void {
    for (const uid of [...this.#seen.keys()].filter((known) => !uids.has(known))) {
      this.#seen.delete(uid);
    }
  }
}
