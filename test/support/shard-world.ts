/** A shard runner over a due table in memory, on a clock that a test moves. */
import type { Logger } from '../../src/logger.ts';
import { AlarmClock } from '../../src/queue/alarm-clock.ts';
import type { BatchReconciler } from '../../src/queue/reconciler.ts';
import { ShardRunner } from '../../src/queue/shard-runner.ts';
import { seededRandom } from '../../src/timing/random.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryDueStore } from './memory-due-store.ts';

export const SHARD = 'controller/x';

interface Shared {
  readonly clock: ManualClock;
  readonly due: MemoryDueStore;
}

export function shardWorld(reconcileBatch: BatchReconciler['reconcileBatch'], holder = 'a', shared?: Shared) {
  const clock = shared?.clock ?? new ManualClock();
  const due = shared?.due ?? new MemoryDueStore(() => clock.monotonic());
  const rings: string[] = [];
  const lines: string[] = [];
  const log = (_: object, message: string): void => void lines.push(message);
  const logger: Logger = { debug: () => undefined, info: log, warn: log, error: log, child: () => logger };
  const alarms = new AlarmClock(clock, (shard) => rings.push(shard));
  const stop = new AbortController();
  const runner = new ShardRunner({
    ...{ reconcilers: [{ name: SHARD, reconcileBatch }], due, holder, alarms, clock, logger },
    doorbell: { ring: (shard) => rings.push(shard) },
    random: seededRandom(1),
    signal: stop.signal,
  });
  return { clock, due, rings, lines, alarms, stop, runner };
}

export const nothing = new Map();
