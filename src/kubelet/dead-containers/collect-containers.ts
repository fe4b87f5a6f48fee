/** Every minute: dead containers over the limits, older sandboxes and leftovers of a runtime. Source: kubelet.go, ContainerGCPeriod. */
import type { Runtime } from '../../runtimes/runtime.ts';
import { repeat } from '../../timing/repeat.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import type { KubeletContext } from '../context.ts';
import { DEAD_CONTAINERS, removeDead } from './remove-dead.ts';

const PERIOD_MS = 60_000;

type Parts = Pick<KubeletContext, 'clock' | 'logger' | 'config' | 'random'>;

export async function followDeadContainers(parts: Parts, runtime: Runtime, signal: AbortSignal): Promise<void> {
  if (runtime.collecting === undefined) {
    return;
  }
  const { clock, random, logger } = parts;
  await repeat({ clock, random, signal }, PERIOD_MS, async () => {
    try {
      await collectContainers(parts, runtime);
    } catch (error) {
      logger.warn({ err: error, runtime: runtime.name }, 'cannot collect dead containers');
    }
  });
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
