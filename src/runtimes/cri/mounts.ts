/** What is mounted into a container: its volumes, the pod's hosts file, the file for last words. */
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import type { ContainerSpec, RuntimePod } from '../runtime.ts';
import type { CriHost } from './host.ts';
import { hostnameOf, type KeptSpec } from './sandbox-config.ts';

export async function bindMounts(
  { folders, volumes }: CriHost,
  { spec, ips }: { readonly spec: KeptSpec; readonly ips: readonly string[] },
  { name, terminationMessage }: ContainerSpec,
  attempt: number,
): Promise<BoundMount[]> {
  const { uid, fsGroup } = spec;
  const bound = await folders.bind(uid, await volumes.mounts(spec, name), fsGroup);
  const has = (path: string): boolean => bound.some(({ containerPath }) => containerPath === path);
  // Nobody needs it on the host's network, and a pod may bring its own.
  if (!spec.hostNetwork && !has('/etc/hosts')) {
    const hosts = { ips, hostname: hostnameOf(spec), aliases: spec.hostAliases ?? [] };
    bound.push({ hostPath: await folders.writeHosts(uid, hosts), containerPath: '/etc/hosts', readOnly: false });
  }
  if (terminationMessage !== undefined && !has(terminationMessage.path)) {
    const hostPath = await folders.messageFile(uid, name, attempt);
    bound.push({ hostPath, containerPath: terminationMessage.path, readOnly: false });
  }
  return bound;
}

/** Of what runs: files whose objects changed. */
export async function refreshVolumes({ folders, volumes }: CriHost, pods: readonly RuntimePod[]): Promise<void> {
  for (const pod of pods) {
    const running = pod.containers.filter(({ state }) => state.phase === 'running');
    for (const { name } of running) {
      await folders.refresh(pod.uid, await volumes.mounts(pod, name));
    }
  }
}
