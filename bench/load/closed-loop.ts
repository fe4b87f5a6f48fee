/** So many clients, each with one request under way, for so long: what a peer answers, it is asked again. */
import { percentile } from '../statistics.ts';

export interface LoopOptions {
  readonly clients: number;
  /** Not counted. */
  readonly warmupMs: number;
  readonly measuredMs: number;
}
export interface LoopReport {
  /** Per second. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Answered in all, warm-up included. */
  readonly requests: number;
}

/** `step(client)` does one request of one client and rejects when it failed; it answers how many units it did. */
export async function closedLoop(
  { clients, warmupMs, measuredMs }: LoopOptions,
  step: (client: number) => Promise<number>,
): Promise<LoopReport> {
  const from = performance.now() + warmupMs;
  const to = from + measuredMs;
  const latencies: number[] = [];
  let units = 0;
  let requests = 0;
  const run = async (client: number): Promise<void> => {
    for (let started = performance.now(); started < to; ) {
      const done = await step(client);
      const ended = performance.now();
      requests += 1;
      if (ended >= from && ended < to) {
        units += done;
        latencies.push(ended - started);
      }
      started = ended;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  return {
    rate: units / (measuredMs / 1_000),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    requests,
  };
}
