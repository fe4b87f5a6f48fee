/** The inside of one attempt of a simulated container: the image's files, the pod's volumes in their places. */
import { posix } from 'node:path';
import type { Clock } from '../../timing/clock.ts';
import type { Mount } from '../runtime.ts';
import { type Budget, FileSystem } from './files/file-system.ts';
import { writeImageFiles } from './files/image-files.ts';
import { MountedFiles } from './files/mounted-files.ts';
import type { ContainerRecord, PodRecord } from './pod-record.ts';
import type { PodVolumes } from './pod-volumes.ts';
import type { Machine } from './shell/program.ts';

export const MAX_CONTAINER_BYTES = 64 * 1024 * 1024;
/** The kubelet's own, whose content only changes in ways that no program minds. */
const TOKEN_VOLUME = 'kube-api-access';

export interface Inside {
  readonly uid: string;
  readonly container: string;
  readonly attempt: number;
  readonly machine: Machine;
  /** Some of its files follow objects of the cluster. */
  readonly follows: boolean;
  /** Its volumes stay with the pod. */
  keep(): void;
  /** Gives back the memory; not to be used afterwards. */
  discard(): void;
}

export interface InsideOptions {
  readonly uid: string;
  readonly record: PodRecord;
  readonly attempt: ContainerRecord;
  readonly mounts: readonly Mount[];
  readonly volumes: PodVolumes;
  readonly budget: Budget;
  readonly clock: Clock;
}

export function makeInside({ uid, record, attempt, mounts, volumes, budget, clock }: InsideOptions): Inside {
  const base = new FileSystem({ maxBytes: MAX_CONTAINER_BYTES, shared: budget, now: () => clock.now() });
  const hostname = record.ip === '' ? record.node : record.name;
  writeImageFiles(base, { hostname, ip: record.ip, image: attempt.image });
  const opened = volumes.open(uid, mounts);
  const files = new MountedFiles(base, opened.points);
  const { env = {}, workingDir: asked = '/' } = attempt.program ?? {};
  const workingDir = posix.resolve('/', asked);
  if (files.find(workingDir) === undefined) {
    files.makeDirectory(workingDir, { parents: true });
  }
  return {
    ...{ uid, container: attempt.name, attempt: attempt.attempt },
    machine: { files, hostname, clock, env, workingDir },
    follows: mounts.some(({ volume, content }) => content.kind === 'files' && !volume.startsWith(TOKEN_VOLUME)),
    keep: () => opened.keep(),
    discard: () => {
      base.discard();
      opened.drop();
    },
  };
}
