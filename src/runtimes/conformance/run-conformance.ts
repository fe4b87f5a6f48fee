/** The cases and how they are run: one after another, each with a deadline, each leaving nothing behind. */
import type { Runtime } from '../runtime.ts';
import { Bench } from './bench.ts';
import type { ConformanceCase, ConformanceResult, ConformanceTarget } from './case.ts';
import { CONTAINER_CASES } from './cases/containers.ts';
import { HANDLER_CASES } from './cases/handlers.ts';
import { IMAGE_CASES } from './cases/images.ts';
import { LOG_CASES } from './cases/logs.ts';
import { POD_CASES } from './cases/pods.ts';
import { RESOURCE_CASES } from './cases/resources.ts';
import { STREAMING_CASES } from './cases/streaming.ts';

export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  ...[...POD_CASES, ...CONTAINER_CASES, ...IMAGE_CASES, ...LOG_CASES, ...STREAMING_CASES],
  ...[...HANDLER_CASES, ...RESOURCE_CASES],
];

/** After a case's deadline: to take down what it left. */
const CLEAR_MS = 20_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** undefined: it is to be run. */
async function reasonToSkip(
  { name, needs = [] }: ConformanceCase,
  runtime: Runtime,
  target: ConformanceTarget,
): Promise<string | undefined> {
  const { capabilities } = await runtime.info(target.nodeName);
  const lacking = needs.find((capability) => !capabilities[capability]);
  return target.skips[name] ?? (lacking === undefined ? undefined : `the runtime does not declare ${lacking}`);
}

/** Rejects when `ms` are over, whatever the runtime does: it may hang. */
async function within(
  target: ConformanceTarget,
  ms: number,
  act: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const over = new AbortController();
  const done = new AbortController();
  const late = target.clock.sleep(ms, done.signal).then(
    async () => {
      over.abort();
      // A case that waits says what it waited for.
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error(`not done within ${ms} ms`);
    },
    () => undefined,
  );
  try {
    await Promise.race([act(over.signal), late]);
  } finally {
    done.abort();
    over.abort();
  }
}

/** `prefix` begins the uids of its pods: unique on the host. */
export async function runCase(
  one: ConformanceCase,
  target: ConformanceTarget,
  prefix: string,
): Promise<ConformanceResult> {
  const startedAt = target.clock.monotonic();
  const result = (outcome: ConformanceResult['outcome'], message?: string): ConformanceResult => ({
    ...{ name: one.name, outcome, tookMs: Math.round(target.clock.monotonic() - startedAt) },
    ...(message === undefined ? {} : { message }),
  });
  const runtime = await target.open();
  let bench: Bench | undefined;
  try {
    const why = await reasonToSkip(one, runtime, target);
    if (why !== undefined) {
      return result('skipped', why);
    }
    await within(target, target.deadlineMs, (signal) => {
      bench = new Bench(target, runtime, prefix, signal);
      return one.run(bench);
    });
    return result('passed');
  } catch (error) {
    return result('failed', messageOf(error));
  } finally {
    await within(target, CLEAR_MS, async (signal) => bench?.clear(signal)).catch(() => undefined);
    await (bench?.runtime ?? runtime).close();
  }
}
