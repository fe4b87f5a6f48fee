/**
 * Since when nodes of pools are not Ready. Their status says it on the wall clock; from the first sight on the monotonic
 * clock counts, so that a clock that is set deletes no node early and spares none. In memory: a restart asks the status.
 */
import type { Clock } from '../../timing/clock.ts';
import type { NodeInfo } from '../views/node-info.ts';

/** One that was Ready in between begins anew. */
const keyOf = ({ uid, readyChangedAt }: NodeInfo): string => `${uid} ${readyChangedAt}`;

export class AwayTimes {
  /** By pool, then by node and what its status says: the moment it went, on the monotonic clock. */
  readonly #pools = new Map<string, ReadonlyMap<string, number>>();

  /** `away`: all of the pool that are not Ready. Answers since when, on the wall clock as it is now. */
  look(pool: string, away: readonly NodeInfo[], clock: Pick<Clock, 'now' | 'monotonic'>): (node: NodeInfo) => number {
    const [wall, monotonic] = [clock.now(), clock.monotonic()];
    const before = this.#pools.get(pool);
    const wentAt = ({ readyChangedAt, createdAt }: NodeInfo): number =>
      monotonic - Math.max(0, wall - Math.max(readyChangedAt, createdAt));
    const now = new Map(away.map((node) => [keyOf(node), before?.get(keyOf(node)) ?? wentAt(node)]));
    if (now.size > 0) {
      this.#pools.set(pool, now);
    } else {
      this.#pools.delete(pool);
    }
    return (node) => wall - (monotonic - (now.get(keyOf(node)) ?? monotonic));
  }
}
