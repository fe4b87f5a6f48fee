/** A container of the CRI as the contract has it. */
import type { ContainerResources, ContainerState, ContainerUser, RuntimeContainer } from '../runtime.ts';
import { CONTAINER_NAME, MESSAGE_POLICY } from './labels.ts';
import type { CriContainer, CriContainerStatus } from './messages.ts';

export interface SandboxDetail {
  readonly ips: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}
/** What this process knows beside the CRI. */
export interface Seen {
  isStarting(containerId: string): boolean;
  resources(containerId: string): ContainerResources | undefined;
  /** The last words of one that ended. */
  message(uid: string, container: string, attempt: number, policy: string, status: CriContainerStatus): Promise<string>;
}

const toMs = (nanoseconds: number): number => Math.floor(nanoseconds / 1e6);

export async function describeContainer(
  uid: string,
  { id, metadata, image, image_ref, labels }: CriContainer,
  status: CriContainerStatus,
  seen: Seen,
): Promise<RuntimeContainer> {
  const name = labels[CONTAINER_NAME] ?? metadata.name;
  const resources = seen.resources(id);
  const { annotations, user } = status;
  return {
    name,
    attempt: metadata.attempt,
    id,
    image: annotations[SPEC_IMAGE] ?? (status.image?.image || image?.image || ''),
    imageId: status.image_ref || image_ref,
    state: await stateOf(uid, name, metadata.attempt, status, seen),
    ...(resources === undefined ? {} : { resources }),
    ...(user?.linux ? { user: userOf(user.linux) } : {}),
  };
}

type LinuxUser = NonNullable<NonNullable<CriContainerStatus['user']>['linux']>;

const userOf = ({ uid, gid, supplemental_groups: supplementalGroups }: LinuxUser): ContainerUser => ({
  ...{ uid, gid, supplementalGroups },
});

/** The image as the pod names it: a runtime may answer with an id. */
export const SPEC_IMAGE = 'fleet.flotilla.dev/image';

async function stateOf(
  uid: string,
  name: string,
  attempt: number,
  status: CriContainerStatus,
  seen: Seen,
): Promise<ContainerState> {
  switch (status.state) {
    case 'CONTAINER_CREATED':
      return { phase: 'created' };
    case 'CONTAINER_RUNNING':
      return { phase: 'running', startedAt: toMs(status.started_at) };
    default: {
      const { exit_code: exitCode, reason } = status;
      const policy = status.annotations[MESSAGE_POLICY] ?? '';
      const message = (await seen.message(uid, name, attempt, policy, status)) || status.message;
      return {
        phase: 'exited',
        startedAt: toMs(status.started_at || status.finished_at),
        // containerd notes the start after the program may have ended.
        finishedAt: toMs(Math.max(status.started_at, status.finished_at)),
        exitCode,
        reason: reason || (exitCode === 0 ? 'Completed' : 'Error'),
        ...(message === '' ? {} : { message }),
      };
    }
  }
}
