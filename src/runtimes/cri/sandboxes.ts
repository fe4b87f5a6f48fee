/** Sandboxes: made, adopted, taken down. Making one takes a tenth of a second to minutes (CNI), so nobody waits for long. */

import { mkdir } from 'node:fs/promises';
import pLimit from 'p-limit';
import { keep } from '../kept-spec.ts';
import { type PodSandboxSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { removeCgroups } from './cgroups.ts';
import type { CriHost } from './host.ts';
import { SANDBOX_SPEC } from './labels.ts';
import { limitPids } from './pids-limit.ts';
import type { PodParts } from './pod-reader.ts';
import { cgroupOf, type KeptSandbox, sandboxConfig } from './sandbox-config.ts';
import { stopContainers } from './stop-containers.ts';

/** More at a time only make each slower. */
const AT_A_TIME = 8;
const PATIENCE_MS = 1_000;
/** As the kubelet: twice its --runtime-request-timeout. */
const MAKE_DEADLINE_MS = 240_000;
const limit = pLimit(AT_A_TIME);

export const isMaking = ({ underway }: CriHost, uid: string): boolean => underway.has(`sandbox/${uid}`);

export async function ensureSandbox(host: CriHost, spec: PodSandboxSpec): Promise<RuntimePod> {
  const { reader, underway } = host;
  const before = await reader.parts(spec.uid);
  const latest = before?.sandboxes.at(-1);
  if (latest?.state === 'SANDBOX_READY' && before !== undefined && !isMaking(host, spec.uid)) {
    return reader.describe(before);
  }
  const attempt = latest === undefined ? 0 : latest.metadata.attempt + 1;
  const make = (): Promise<void> => limit(() => makeSandbox(host, { ...keep(spec), attempt }));
  const done = await underway.run(`sandbox/${spec.uid}`, PATIENCE_MS, make, () => host.tell(spec));
  const pod = done ? await reader.pod(spec.uid) : undefined;
  const { uid, namespace, name, nodeName } = spec;
  return pod ?? { uid, namespace, name, nodeName, sandbox: 'creating', containers: [] };
}

async function makeSandbox({ client, folders, options }: CriHost, spec: KeptSandbox): Promise<void> {
  const logs = folders.logs(spec.uid);
  await mkdir(logs, { recursive: true });
  await limitPids(cgroupOf(options, spec.uid), spec.pidsLimit);
  await client.call(
    'RunPodSandbox',
    { config: sandboxConfig(spec, logs, options), runtime_handler: spec.runtimeHandler ?? '' },
    { deadlineMs: MAKE_DEADLINE_MS, code: 'RunContainer' },
  );
}

/** The latest sandbox, if it is up, with what it was made of. */
export async function readySandbox(
  { reader }: CriHost,
  parts: PodParts | undefined,
  uid: string,
): Promise<{ id: string; spec: KeptSandbox; ips: readonly string[] }> {
  const latest = parts?.sandboxes.at(-1);
  if (latest === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  if (latest.state !== 'SANDBOX_READY') {
    throw new RuntimeError('RunContainer', `sandbox of pod ${uid} is stopped`);
  }
  const { annotations, ips } = await reader.sandbox(latest.id);
  return { id: latest.id, spec: JSON.parse(annotations[SANDBOX_SPEC] ?? '{}') as KeptSandbox, ips };
}

/** Containers first: CRI-O takes a minute to stop a sandbox that has running ones. */
export async function killSandbox(host: CriHost, uid: string, graceMs: number): Promise<RuntimePod | undefined> {
  const { reader, underway, client } = host;
  const parts = await reader.parts(uid);
  if (parts === undefined) {
    return undefined;
  }
  const ready = parts.sandboxes.filter(({ state }) => state === 'SANDBOX_READY');
  const running = parts.containers.filter(({ state }) => state === 'CONTAINER_RUNNING');
  if (ready.length > 0 || running.length > 0) {
    const kill = async (): Promise<void> => {
      await stopContainers(host, running, graceMs);
      await Promise.all(ready.map(({ id }) => client.call('StopPodSandbox', { pod_sandbox_id: id })));
    };
    // Who comes with less patience than before is not made to wait for the longer grace.
    await underway.run(`kill/${uid}/${graceMs}`, graceMs === 0 ? PATIENCE_MS : 0, kill, () => host.tellOf(parts));
  }
  return reader.pod(uid);
}

export async function removeSandbox(host: CriHost, uid: string): Promise<void> {
  const { reader, client, folders, options, underway } = host;
  const parts = await reader.parts(uid);
  for (const { id } of parts?.containers ?? []) {
    await client.call('RemoveContainer', { container_id: id }).catch(unlessGone);
  }
  for (const { id } of parts?.sandboxes ?? []) {
    await client.call('StopPodSandbox', { pod_sandbox_id: id }).catch(unlessGone);
    await client.call('RemovePodSandbox', { pod_sandbox_id: id }).catch(unlessGone);
  }
  underway.forget(`sandbox/${uid}`);
  underway.forget(`start/${uid}/`);
  await folders.remove(uid);
  await removeCgroups(options.cgroupParent, uid);
}

export function unlessGone(error: unknown): void {
  if (!(error instanceof RuntimeError && error.code === 'NotFound')) {
    throw error;
  }
}
