/** Containers: made, started, adopted, stopped. (uid, container, attempt) is in their labels, so a start is never repeated. */
import { oomScoreOf } from '../oom-score.ts';
import { settleRecursive } from '../recursive-read-only.ts';
import { type ContainerSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { checkUser, containerConfig } from './container-config.ts';
import type { CriHost } from './host.ts';
import { canRecurse } from './info.ts';
import { CONTAINER_NAME } from './labels.ts';
import type { CriContainer } from './messages.ts';
import { bindMounts } from './mounts.ts';
import type { PodParts } from './pod-reader.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { readySandbox } from './sandboxes.ts';
import { stopContainers } from './stop-containers.ts';

const PATIENCE_MS = 5_000;

export const attemptsOf = (parts: PodParts | undefined, name: string): CriContainer[] =>
  (parts?.containers ?? []).filter(({ labels }) => labels[CONTAINER_NAME] === name);

export const runningContainer = (parts: PodParts | undefined, name: string): CriContainer | undefined =>
  attemptsOf(parts, name).findLast(({ state }) => state === 'CONTAINER_RUNNING');

export async function startContainer(
  host: CriHost,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<RuntimePod> {
  const { reader, underway } = host;
  const parts = await reader.parts(uid);
  const latest = attemptsOf(parts, container.name).at(-1);
  const isKnown = latest !== undefined && latest.metadata.attempt >= attempt;
  const key = `start/${uid}/${container.name}/${attempt}`;
  if (!isKnown || latest.state === 'CONTAINER_CREATED' || underway.has(key)) {
    const start = (): Promise<void> => makeAndStart(host, uid, container, attempt);
    await underway.run(key, PATIENCE_MS, start, () => parts && host.tellOf(parts));
  }
  const pod = await reader.pod(uid);
  if (pod === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  return pod;
}

async function makeAndStart(host: CriHost, uid: string, container: ContainerSpec, attempt: number): Promise<void> {
  const { client, reader, starting } = host;
  const parts = await reader.parts(uid);
  const made = attemptsOf(parts, container.name).find(({ metadata }) => metadata.attempt === attempt);
  const id = made?.id ?? (await make(host, parts, uid, container, attempt));
  starting.add(id);
  try {
    await client.call('StartContainer', { container_id: id }, { code: 'RunContainer' });
  } finally {
    starting.delete(id);
  }
}

async function make(
  host: CriHost,
  parts: PodParts | undefined,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<string> {
  const { client, options, folders } = host;
  const sandbox = await readySandbox(host, parts, uid);
  const { security = {}, targetContainer } = container;
  if (security.privileged === true && !options.allowPrivileged) {
    throw new RuntimeError('CreateContainer', 'privileged containers are not allowed by the operator of this node');
  }
  const { image } = await client.call('ImageStatus', { image: { image: container.image } });
  checkUser(security, image ?? undefined, `${sandbox.spec.name}_${sandbox.spec.namespace}(${uid})`, container.name);
  const bound = await bindMounts(host, sandbox, container, attempt);
  const mounts = await settleRecursive(bound, () => canRecurse(client, sandbox.spec.runtimeHandler));
  const targetId = targetContainer === undefined ? undefined : runningContainer(parts, targetContainer)?.id;
  const allowed = { ...container, ...(await oomScoreOf(container)) };
  const config = containerConfig({
    ...{ sandbox: sandbox.spec, container: allowed, attempt, mounts, image: image ?? undefined },
    seccompRoot: options.seccompRoot,
    ...(targetId === undefined ? {} : { targetId }),
  });
  await folders.makeLogFolder(uid, container.name);
  const { container_id: id } = await client.call(
    'CreateContainer',
    { pod_sandbox_id: sandbox.id, config, sandbox_config: sandboxConfig(sandbox.spec, folders.logs(uid), options) },
    { code: 'CreateContainer' },
  );
  return id;
}

export async function stopContainer(
  host: CriHost,
  uid: string,
  name: string,
  graceMs: number,
): Promise<RuntimePod | undefined> {
  const { reader, underway } = host;
  const parts = await reader.parts(uid);
  const running = runningContainer(parts, name);
  if (parts !== undefined && running !== undefined) {
    const stop = (): Promise<void> => stopContainers(host, [running], graceMs);
    await underway.run(`stop/${running.id}/${graceMs}`, 0, stop, () => host.tellOf(parts));
  }
  return reader.pod(uid);
}
