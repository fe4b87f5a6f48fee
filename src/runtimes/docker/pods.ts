/** Pods: the pause container that holds the namespaces, made, adopted and taken down. */
import type { KeptSpec } from '../kept-spec.ts';
import { type PodSandboxSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { unlessGone } from './call.ts';
import { pauseOptions } from './container-options.ts';
import type { DockerHost } from './host.ts';
import { POD_SPEC } from './labels.ts';
import { attemptOf, isUp, type PodParts } from './pod-reader.ts';
import { pulled } from './pull-progress.ts';
import { stopAll } from './stop-all.ts';

const PATIENCE_MS = 1_000;

export async function ensurePod(host: DockerHost, spec: PodSandboxSpec): Promise<RuntimePod> {
  const { reader, underway } = host;
  const before = await reader.parts(spec.uid);
  const latest = before?.pauses.at(-1);
  const key = `sandbox/${spec.uid}`;
  if (before !== undefined && latest !== undefined && isUp(latest) && !underway.has(key)) {
    return reader.describe(before);
  }
  const done = await underway.run(
    key,
    PATIENCE_MS,
    () => makePause(host, spec, before),
    () => host.tell(spec),
  );
  const { uid, namespace, name, nodeName } = spec;
  const pod = done ? await reader.pod(uid) : undefined;
  return pod ?? { uid, namespace, name, nodeName, sandbox: 'creating', containers: [] };
}

async function makePause(
  { docker, call, options }: DockerHost,
  spec: PodSandboxSpec,
  before: PodParts | undefined,
): Promise<void> {
  const latest = before?.pauses.at(-1);
  if (latest?.State === 'created') {
    // Whoever made it did not come to start it.
    await call(docker.getContainer(latest.Id).remove({ force: true })).catch(unlessGone);
  }
  const attempt = latest === undefined ? 0 : attemptOf(latest) + 1;
  await obtainPauseImage({ docker, call, options });
  const pause = await call(docker.createContainer(pauseOptions(spec, attempt, options)), 'RunContainer');
  await call(pause.start(), 'RunContainer');
}

async function obtainPauseImage({
  docker,
  call,
  options,
}: Pick<DockerHost, 'docker' | 'call' | 'options'>): Promise<void> {
  const found = await call(docker.getImage(options.pauseImage).inspect()).catch(unlessGone);
  if (found === undefined) {
    const progress = await call(docker.pull(options.pauseImage), 'RunContainer');
    await call(pulled(docker, progress, 'RunContainer'), 'RunContainer');
  }
}

/** The pause container, if it is up, with what the pod was made of. */
export function readyPause(parts: PodParts | undefined, uid: string): { readonly id: string; readonly spec: KeptSpec } {
  const latest = parts?.pauses.at(-1);
  if (latest === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  if (!isUp(latest)) {
    throw new RuntimeError('RunContainer', `sandbox of pod ${uid} is stopped`);
  }
  return { id: latest.Id, spec: JSON.parse(latest.Labels[POD_SPEC] ?? '{}') as KeptSpec };
}

export async function killPod(host: DockerHost, uid: string, graceMs: number): Promise<RuntimePod | undefined> {
  const { reader, underway } = host;
  const parts = await reader.parts(uid);
  if (parts === undefined) {
    return undefined;
  }
  const [containers, pauses] = [parts.containers.filter(isUp), parts.pauses.filter(isUp)];
  if (containers.length + pauses.length > 0) {
    const before = await reader.describe(parts);
    const kill = async (): Promise<void> => {
      await stopAll(host, containers, graceMs);
      await stopAll(host, pauses, 0);
    };
    await underway.run(`kill/${uid}/${graceMs}`, graceMs === 0 ? PATIENCE_MS : 0, kill, () => host.tell(before));
  }
  return reader.pod(uid);
}

export async function removePod({ reader, docker, call, folders, underway }: DockerHost, uid: string): Promise<void> {
  const parts = await reader.parts(uid);
  for (const { Id } of [...(parts?.containers ?? []), ...(parts?.pauses ?? [])]) {
    await call(docker.getContainer(Id).remove({ force: true, v: true })).catch(unlessGone);
  }
  underway.forget(`sandbox/${uid}`);
  underway.forget(`start/${uid}/`);
  await folders.remove(uid);
}
