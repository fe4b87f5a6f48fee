/** Removes what has ended and what is left of pods that are gone; the engine removes logs with their containers. */
import type { Logger } from '../../logger.ts';
import { leftoverRemover } from '../pod-folders/leftovers.ts';
import type { Collecting } from '../runtime.ts';
import { unlessGone } from './call.ts';
import { attemptsOf } from './containers.ts';
import type { DockerHost } from './host.ts';
import { attemptOf, isUp, type PodParts } from './pod-reader.ts';

const OVER = new Set(['exited', 'dead']);

export function dockerCollecting(host: DockerHost, logger: Logger): Collecting {
  const removeFolders = leftoverRemover(logger);
  return {
    async removeContainer(uid, name, attempt) {
      const { reader, folders } = host;
      const found = attemptsOf(await reader.parts(uid), name).filter((one) => attemptOf(one) === attempt);
      if (found.every(({ State }) => OVER.has(State))) {
        for (const { Id } of found) {
          await remove(host, Id);
        }
        await folders.removeRun(uid, name, attempt);
      }
    },
    async removeLeftovers() {
      const { reader, folders, underway, clock } = host;
      const listed = await reader.all();
      for (const parts of listed.values()) {
        await removeOldPauses(host, parts);
      }
      await removeFolders({
        found: await folders.uids(),
        listed,
        isKnown: async (uid) =>
          (await reader.parts(uid)) !== undefined ||
          underway.has(`sandbox/${uid}`) ||
          (await folders.isNew(uid, clock.now())),
        remove: (uid) => folders.remove(uid),
      });
    },
  };
}

async function removeOldPauses(host: DockerHost, { pauses, containers }: PodParts): Promise<void> {
  const old = pauses.slice(0, -1);
  if (old.length === 0) {
    return;
  }
  // The list of a Podman does not say.
  const networks = await Promise.all(
    containers.map(async (one) => (await host.reader.inspect(one)).HostConfig.NetworkMode),
  );
  const inUse = new Set(networks);
  for (const pause of old) {
    if (!isUp(pause) && !inUse.has(`container:${pause.Id}`)) {
      await remove(host, pause.Id);
    }
  }
}

/** Without force: one that has begun to run meanwhile is refused. */
async function remove({ docker, call }: DockerHost, id: string): Promise<void> {
  await call(docker.getContainer(id).remove({ v: true })).catch(unlessGone);
}
