/** Pods: a record and, where they are to have one, a network; all else their processes share with the host. */
import { type PodSandboxSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { described, stopRuns } from './containers.ts';
import type { ProcessHost } from './host.ts';
import { makeNetwork, removeNetwork } from './network.ts';

export async function ensurePod(host: ProcessHost, spec: PodSandboxSpec): Promise<RuntimePod> {
  const before = await host.records.readPod(spec.uid);
  const isNew = before === undefined || before.isStopped;
  const hasNetwork = isNew ? host.options.isolation === 'network' && !spec.hostNetwork : before.network !== undefined;
  // One that is there stays; a host that was started anew has none.
  const network = hasNetwork ? await makeNetwork(host.folders, spec.uid) : undefined;
  if (isNew) {
    await host.records.savePod({ spec, isStopped: false, ...(network === undefined ? {} : { network }) });
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

export async function removeFolder({ folders }: Pick<ProcessHost, 'folders'>, uid: string): Promise<void> {
  await removeNetwork(folders, uid);
  await folders.remove(uid);
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
      await removeFolder(host, uid);
      return;
    }
    await host.clock.sleep(LOOK_MS);
  }
  throw new RuntimeError('Unavailable', `processes of pod ${uid} do not end`);
}
