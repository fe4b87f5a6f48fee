/** Has the runtime forget attempts that have ended. What cannot be removed is tried again with the next look. */
import type { Runtime, RuntimePod } from '../../runtimes/runtime.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { type DeadContainerLimits, doomedContainers } from './plan.ts';

/** Source: cmd/kubelet/app/options, maximum-dead-containers-per-container, minimum-container-ttl-duration. */
export const DEAD_CONTAINERS: DeadContainerLimits = { perContainer: 1, minAgeMs: 0 };

type Parts = Pick<KubeletContext, 'clock' | 'logger' | 'config'>;

/** As soon as a container has been restarted; the limit of the node is the collection's. */
export const pruneContainers = async (
  context: Parts,
  { runtime, runtimePod }: Pick<PodWork, 'runtime' | 'runtimePod'>,
): Promise<void> => {
  if (runtime.collecting !== undefined && runtimePod !== undefined) {
    const limits = { ...(context.config.deadContainers ?? DEAD_CONTAINERS), total: undefined };
    await removeDead(context, runtime, [runtimePod], limits);
  }
};

/** Of pods of one node. */
export async function removeDead(
  { clock, logger }: Pick<Parts, 'clock' | 'logger'>,
  { name: runtimeName, collecting }: Runtime,
  pods: readonly RuntimePod[],
  limits: DeadContainerLimits,
): Promise<void> {
  for (const { uid, name, attempt } of doomedContainers(pods, limits, clock.now())) {
    try {
      await collecting?.removeContainer(uid, name, attempt);
    } catch (error) {
      logger.warn({ err: error, runtime: runtimeName, pod: uid, container: name }, 'cannot remove a dead container');
    }
  }
}
