/**
 * The safety net under the doorbell, every 5 s in every worker: rings what is due, keeps periodic work and heartbeats
 * alive, and runs by itself what two sweeps in a row found due (the queue is down, flushed, or a dead worker's job
 * still blocks the shard).
 */
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import type { AlarmClock } from './alarm-clock.ts';
import { ALARM_HORIZON_MS } from './alarm-clock.ts';
import type { BullQueue } from './bull-connection.ts';
import type { FailureLog } from './failure-log.ts';
import { type HeartbeatSource, refreshHeartbeats } from './heartbeats.ts';
import type { Doorbell, DueStore } from './reconciler.ts';
import type { ShardRunner } from './shard-runner.ts';

export const SWEEP_MS = 5_000;

/** A key that must be looked at every `everyMs` for ever. */
export interface PeriodicKey {
  readonly shard: string;
  readonly key: string;
  readonly everyMs: number;
}

export interface SweepOptions {
  readonly due: DueStore;
  readonly runner: ShardRunner;
  readonly alarms: AlarmClock;
  readonly doorbell: Doorbell;
  readonly periodic: readonly PeriodicKey[];
  readonly heartbeat?: HeartbeatSource & { readonly queue: BullQueue };
  readonly clock: Clock;
  readonly random: Random;
  readonly failures: FailureLog;
  readonly signal: AbortSignal;
}

export async function runSweeps(options: SweepOptions): Promise<void> {
  const { clock, random, failures, signal } = options;
  const steps = [keepPeriodic, createDueSweep(), beat];
  while (!signal.aborted) {
    for (const step of steps) {
      await step(options).catch((error: unknown) => {
        if (!signal.aborted) {
          failures.report(`sweep ${step.name}`, error, {}, 'sweep failed, will be repeated');
        }
      });
    }
    await clock.sleep(SWEEP_MS * (0.9 + random.next() / 5), signal).catch(() => undefined);
  }
}

/** A row that is there already keeps its earlier time; in an empty table this makes it. */
async function keepPeriodic({ due, runner, periodic }: SweepOptions): Promise<void> {
  const ours = periodic.filter(({ shard }) => runner.serves(shard));
  if (ours.length > 0) {
    await due.add(ours.map(({ shard, key, everyMs }) => ({ shard, key, afterMs: everyMs })));
  }
}

function createDueSweep(): (options: SweepOptions) => Promise<void> {
  let dueBefore: ReadonlySet<string> = new Set();
  return async function ringDue({ due, runner, alarms, doorbell }) {
    const dueNow = new Set((await due.dueShards(0)).filter((shard) => runner.serves(shard)));
    const ownTurn = [...dueNow].filter((shard) => dueBefore.has(shard));
    for (const shard of dueNow) {
      doorbell.ring(shard);
    }
    dueBefore = dueNow;
    await Promise.all(ownTurn.map((shard) => runner.run(shard)));
    for (const shard of await due.dueShards(ALARM_HORIZON_MS)) {
      // Its timer died with another process: a look at the shard sets one here.
      if (!dueNow.has(shard) && !alarms.has(shard) && runner.serves(shard)) {
        await runner.run(shard);
      }
    }
  };
}

async function beat({ heartbeat, clock, failures, signal }: SweepOptions): Promise<void> {
  if (heartbeat === undefined) {
    return;
  }
  const shards = await heartbeat.shards();
  try {
    await refreshHeartbeats(heartbeat.queue, heartbeat, shards, clock);
  } catch (error) {
    failures.report('heartbeat', error, {}, 'queue cannot be reached, renewing leases without it');
    for (const shard of shards) {
      if (!signal.aborted) {
        await heartbeat.run(shard);
      }
    }
  }
}
