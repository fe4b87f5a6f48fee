/** Containers: made, started, adopted, stopped, resized. */
import type { ContainerInfo } from 'dockerode';
import { oomScoreOf } from '../oom-score.ts';
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import { settleRecursive } from '../recursive-read-only.ts';
import { type ContainerSpec, type Resizing, RuntimeError, type RuntimePod } from '../runtime.ts';
import { unlessGone } from './call.ts';
import { seccompProfileOf, userOf } from './container-identity.ts';
import { containerOptions, resourceOptions } from './container-options.ts';
import type { DockerHost } from './host.ts';
import { CONTAINER_NAME } from './labels.ts';
import { attemptOf, isUp, type PodParts } from './pod-reader.ts';
import { isOnPodman, updateByLibpod } from './podman.ts';
import { readyPause } from './pods.ts';
import { stopAll } from './stop-all.ts';

const PATIENCE_MS = 5_000;

export const attemptsOf = (parts: PodParts | undefined, name: string): ContainerInfo[] =>
  (parts?.containers ?? []).filter(({ Labels }) => Labels[CONTAINER_NAME] === name);

export function runningContainer(parts: PodParts | undefined, name: string): ContainerInfo {
  const running = attemptsOf(parts, name).findLast(isUp);
  if (running === undefined) {
    throw new RuntimeError('NotFound', `container "${name}" is not running`);
  }
  return running;
}

export async function startContainer(
  host: DockerHost,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<RuntimePod> {
  const { reader, underway } = host;
  const parts = await reader.parts(uid);
  const latest = attemptsOf(parts, container.name).at(-1);
  const key = `start/${uid}/${container.name}/${attempt}`;
  if (latest === undefined || attemptOf(latest) < attempt || latest.State === 'created' || underway.has(key)) {
    const before = parts && (await reader.describe(parts));
    const start = (): Promise<void> => makeAndStart(host, parts, uid, container, attempt);
    await underway.run(key, PATIENCE_MS, start, () => before && host.tell(before));
  }
  const pod = await reader.pod(uid);
  if (pod === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  return pod;
}

async function makeAndStart(
  host: DockerHost,
  parts: PodParts | undefined,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<void> {
  const { docker, call, options } = host;
  const { id: pauseId, spec: pod } = readyPause(parts, uid);
  if (container.security?.privileged === true && !options.allowPrivileged) {
    throw new RuntimeError('CreateContainer', 'privileged containers are not allowed by the operator of this node');
  }
  for (const { Id } of attemptsOf(parts, container.name).filter(({ State }) => State === 'created')) {
    await call(docker.getContainer(Id).remove({ force: true })).catch(unlessGone);
  }
  const user = await userOf(host, container, `${pod.name}_${pod.namespace}(${uid})`);
  const seccompProfile = await seccompProfileOf(container, options);
  // An engine makes all mounts within a read-only one so (25 and later), or none, and does not say which.
  const mounts = await settleRecursive(await bindMounts(host, pod, container, attempt), async () => false);
  const allowed = { ...container, ...(await oomScoreOf(container)) };
  const asked = containerOptions({
    ...{ pod, pauseId, container: allowed, attempt, mounts, user, seccompProfile },
    isNamed: await isOnPodman(host),
  });
  const made = await call(docker.createContainer(asked), 'CreateContainer');
  await call(made.start(), 'RunContainer');
}

/** Names and resolvers are the engine's: containers share the pause container's files. */
async function bindMounts(
  { folders, volumes }: DockerHost,
  pod: ReturnType<typeof readyPause>['spec'],
  { name, terminationMessage }: ContainerSpec,
  attempt: number,
): Promise<BoundMount[]> {
  const bound = await folders.bind(pod.uid, await volumes.mounts(pod, name));
  if (terminationMessage !== undefined) {
    const hostPath = await folders.messageFile(pod.uid, name, attempt);
    bound.push({ hostPath, containerPath: terminationMessage.path, readOnly: false });
  }
  return bound;
}

export async function stopContainer(
  host: DockerHost,
  uid: string,
  name: string,
  graceMs: number,
): Promise<RuntimePod | undefined> {
  const { reader, underway } = host;
  const parts = await reader.parts(uid);
  const running = attemptsOf(parts, name).findLast(isUp);
  if (parts !== undefined && running !== undefined) {
    const before = await reader.describe(parts);
    const stop = (): Promise<void> => stopAll(host, [running], graceMs);
    await underway.run(`stop/${running.Id}/${graceMs}`, 0, stop, () => host.tell(before));
  }
  return reader.pod(uid);
}

export const dockerResizing = (host: DockerHost): Resizing => ({
  async resize(uid, name, resources) {
    const { docker, call, reader } = host;
    const { Id } = runningContainer(await reader.parts(uid), name);
    const asked = resourceOptions(resources);
    const update = (await isOnPodman(host)) ? updateByLibpod(docker, Id, asked) : docker.getContainer(Id).update(asked);
    await call<unknown>(update, 'ResizeContainer');
    reader.resized.set(Id, resources);
    return reader.pod(uid);
  },
});
