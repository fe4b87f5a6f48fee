/** Removes what has ended and what is left of pods that are gone. */
import { rename, rm } from 'node:fs/promises';
import type { Logger } from '../../logger.ts';
import { leftoverRemover } from '../pod-folders/leftovers.ts';
import type { Collecting } from '../runtime.ts';
import type { ProcessHost } from './host.ts';
import { removeFolder } from './pods.ts';

export function processCollecting(host: ProcessHost, logger: Logger): Collecting {
  const removeFolders = leftoverRemover(logger);
  return {
    async removeContainer(uid, name, attempt) {
      const { records, folders, cgroups, clock } = host;
      const run = (await records.runs(uid)).find((one) => one.name === name && one.attempt === attempt);
      const pod = run && (await records.describe(uid, clock.now()));
      const isOver = pod?.containers.some((one) => one.id === run?.id && one.state.phase === 'exited');
      if (run === undefined || isOver !== true) {
        return;
      }
      await folders.removeRun(uid, name, attempt);
      await cgroups?.remove(run.id);
      // At once for whoever reads: half a folder would be a run that was never begun.
      const gone = `${run.folder}.gone`;
      await rename(run.folder, gone);
      await rm(gone, { recursive: true, force: true });
    },
    async removeLeftovers() {
      const { records, folders, clock } = host;
      await removeFolders({
        found: await folders.uids(),
        isKnown: async (uid) => (await records.readPod(uid)) !== undefined || (await folders.isNew(uid, clock.now())),
        remove: (uid) => removeFolder(host, uid),
      });
    },
  };
}
