/** Pods: nothing but a record, since their processes share the host. */
import { type PodSandboxSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { described, stopRuns } from './containers.ts';
import type { ProcessHost } from './host.ts';

export async function ensurePod(host: ProcessHost, spec: PodSandboxSpec): Promise<RuntimePod> {
  const before = await host.records.readPod(spec.uid);
  if (before === undefined || before.isStopped) {
    await host.records.savePod({ spec, isStopped: false });
  }
  return described(host, spec.uid);
}

export async function killPod(host: ProcessHost, uid: string, graceMs: number): Promise<RuntimePod | undefined> {
  const pod = await host.records.readPod(uid);
  if (pod === undefined) {
    return undefined;
  }
  if (!pod.isStopped) {
    await host.records.savePod({ ...pod, isStopped: true });
  }
  await stopRuns(host, await host.records.runs(uid), graceMs);
  return host.records.describe(uid, host.clock.now());
}

const LOOK_MS = 20;
const LOOKS = 250;

/** What still runs is killed first: it must not outlive what is known of it. */
export async function removePod(host: ProcessHost, uid: string): Promise<void> {
  const runs = await host.records.runs(uid);
  await stopRuns(host, runs, 0);
  for (let look = 0; look < LOOKS; look += 1) {
    const pod = await host.records.describe(uid, host.clock.now());
    if (pod?.containers.every(({ state }) => state.phase === 'exited') ?? true) {
      await Promise.all(runs.map(({ id }) => host.cgroups?.remove(id)));
      await host.folders.remove(uid);
      return;
    }
    await host.clock.sleep(LOOK_MS);
  }
  throw new RuntimeError('Unavailable', `processes of pod ${uid} do not end`);
}
