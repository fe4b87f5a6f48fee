/** Since when nodes of pools are not Ready. A clock that is set deletes no node early and spares none. */
import type { Clock } from '../../timing/clock.ts';
import { momentOf, SinceTimes } from '../since-times.ts';
import type { NodeInfo } from '../views/node-info.ts';

/** One that was Ready in between begins anew. */
const keyOf = ({ uid, readyChangedAt }: NodeInfo): string => `${uid} ${readyChangedAt}`;

export class AwayTimes {
  readonly #times = new SinceTimes();

  /** `away`: all of the pool that are not Ready. Answers since when, on the wall clock as it is now. */
  look(pool: string, away: readonly NodeInfo[], clock: Pick<Clock, 'now' | 'monotonic'>): (node: NodeInfo) => number {
    const moment = momentOf(clock);
    const wentAt = ({ readyChangedAt, createdAt }: NodeInfo): number =>
      Math.min(moment.wall, Math.max(readyChangedAt, createdAt));
    const since = this.#times.look(pool, new Map(away.map((node) => [keyOf(node), wentAt(node)])), moment);
    return (node) => since(keyOf(node));
  }
}
