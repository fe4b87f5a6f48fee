/** What is mounted into a container: its volumes, the pod's hosts file, the file for last words. */
import { hostnameOf } from '../hostname.ts';
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import type { ContainerSpec } from '../runtime.ts';
import type { CriHost } from './host.ts';
import type { KeptSandbox } from './sandbox-config.ts';

export async function bindMounts(
  { folders, volumes }: CriHost,
  { spec, ips }: { readonly spec: KeptSandbox; readonly ips: readonly string[] },
  { name, terminationMessage }: ContainerSpec,
  attempt: number,
): Promise<BoundMount[]> {
  const { uid } = spec;
  const bound = await folders.bind(uid, await volumes.mounts(spec, name));
  const has = (path: string): boolean => bound.some(({ containerPath }) => containerPath === path);
  // Nobody needs it on the host's network, and a pod may bring its own.
  if (!spec.hostNetwork && !has('/etc/hosts')) {
    const hosts = { ips, hostname: hostnameOf(spec), domain: spec.domain, aliases: spec.hostAliases ?? [] };
    bound.push({ hostPath: await folders.writeHosts(uid, hosts), containerPath: '/etc/hosts', readOnly: false });
  }
  if (terminationMessage !== undefined && !has(terminationMessage.path)) {
    const hostPath = await folders.messageFile(uid, name, attempt);
    bound.push({ hostPath, containerPath: terminationMessage.path, readOnly: false });
  }
  return bound;
}
