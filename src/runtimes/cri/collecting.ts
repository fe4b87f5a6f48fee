/** Removes what has ended and what is left of pods that are gone. Source: kuberuntime_gc.go, kuberuntime_container.go removeContainer. */
import type { Logger } from '../../logger.ts';
import { leftoverRemover } from '../pod-folders/leftovers.ts';
import type { Collecting } from '../runtime.ts';
import { cgroupUids, removeCgroups } from './cgroups.ts';
import { attemptsOf } from './containers.ts';
import type { CriHost } from './host.ts';
import type { PodParts } from './pod-reader.ts';
import { isMaking, unlessGone } from './sandboxes.ts';

export function criCollecting(host: CriHost, logger: Logger): Collecting {
  const removeFolders = leftoverRemover(logger);
  return {
    async removeContainer(uid, name, attempt) {
      const { reader, client, folders } = host;
      const found = attemptsOf(await reader.parts(uid), name).filter(({ metadata }) => metadata.attempt === attempt);
      if (found.some(({ state }) => state !== 'CONTAINER_EXITED')) {
        return;
      }
      // The log first, as the kubelet: what is left of a failure is then removed with the container.
      await folders.removeRun(uid, name, attempt);
      for (const { id } of found) {
        await client.call('RemoveContainer', { container_id: id }).catch(unlessGone);
      }
    },
    async removeLeftovers() {
      const { folders, options, reader, underway, clock } = host;
      const listed = await reader.all();
      for (const parts of listed.values()) {
        await removeOldSandboxes(host, parts);
      }
      await removeFolders({
        found: [...(await folders.uids()), ...(await cgroupUids(options.cgroupParent))],
        listed,
        isKnown: async (uid) =>
          (await reader.parts(uid)) !== undefined ||
          underway.has(`sandbox/${uid}`) ||
          (await folders.isNew(uid, clock.now())),
        async remove(uid) {
          await folders.remove(uid);
          await removeCgroups(options.cgroupParent, uid);
        },
      });
    },
  };
}

async function removeOldSandboxes(host: CriHost, { uid, sandboxes, containers }: PodParts): Promise<void> {
  const inUse = new Set(containers.map(({ pod_sandbox_id }) => pod_sandbox_id));
  for (const { id, state } of sandboxes.slice(0, -1)) {
    if (state !== 'SANDBOX_READY' && !inUse.has(id) && !isMaking(host, uid)) {
      await host.client.call('StopPodSandbox', { pod_sandbox_id: id }).catch(unlessGone);
      await host.client.call('RemovePodSandbox', { pod_sandbox_id: id }).catch(unlessGone);
    }
  }
}
