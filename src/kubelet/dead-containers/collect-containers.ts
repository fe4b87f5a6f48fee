/** Every minute: dead containers over the limits, older sandboxes and leftovers of a runtime. Source: kubelet.go, ContainerGCPeriod. */
import type { Runtime } from '../../runtimes/runtime.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import type { KubeletContext } from '../context.ts';
import { DEAD_CONTAINERS, removeDead } from './remove-dead.ts';

const PERIOD_MS = 60_000;

type Parts = Pick<KubeletContext, 'clock' | 'logger' | 'config' | 'random'>;

export async function followDeadContainers(parts: Parts, runtime: Runtime, signal: AbortSignal): Promise<void> {
  const { clock, random, logger } = parts;
  while (runtime.collecting !== undefined && !signal.aborted) {
    await clock.sleep(PERIOD_MS * (0.9 + 0.2 * random.next()), signal).catch(() => undefined);
    try {
      await (signal.aborted ? undefined : collectContainers(parts, runtime));
    } catch (error) {
      logger.warn({ err: error, runtime: runtime.name }, 'cannot collect dead containers');
    }
  }
}

/** What cannot be listed is never removed. */
export async function collectContainers(
  parts: Pick<Parts, 'clock' | 'logger' | 'config'>,
  runtime: Runtime,
): Promise<void> {
  const byNode = groupedBy(await runtime.list(), ({ nodeName }) => nodeName);
  for (const pods of byNode.values()) {
    await removeDead(parts, runtime, pods, parts.config.deadContainers ?? DEAD_CONTAINERS);
  }
  await runtime.collecting?.removeLeftovers();
}
