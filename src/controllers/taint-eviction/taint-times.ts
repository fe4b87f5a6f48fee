/**
 * How long each node has had each NoExecute taint. The node controller notes it in `timeAdded`; `kubectl taint` does not,
 * so for those the time counts when this process first saw them. Ages are monotonic: setting the wall clock changes no
 * eviction.
 */
import type { Clock } from '../../timing/clock.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { Taint } from '../kinds/node.ts';
import { momentOf, SinceTimes } from '../since-times.ts';
import type { NodeInfo } from '../views/node-info.ts';

const keyOf = ({ key, value = '', effect, timeAdded = '' }: Taint): string => `${key}=${value}:${effect} ${timeAdded}`;

export class TaintTimes {
  readonly #times = new SinceTimes();

  /** Of the node as it is now; taints that are gone are forgotten. Answers since when, on the wall clock as it is now. */
  look(
    { uid, taints }: Pick<NodeInfo, 'uid' | 'taints'>,
    clock: Pick<Clock, 'now' | 'monotonic'>,
  ): (taint: Taint) => number {
    const moment = momentOf(clock);
    const executing = taints.filter(({ effect }) => effect === 'NoExecute');
    const begun = new Map(executing.map((taint) => [keyOf(taint), parseTime(taint.timeAdded) ?? moment.wall]));
    const since = this.#times.look(uid, begun, moment);
    return (taint) => since(keyOf(taint));
  }

  /** Forgets nodes that are gone. */
  keepOnly(uids: ReadonlySet<string>): void {
    this.#times.keepOnly(uids);
  }
}
