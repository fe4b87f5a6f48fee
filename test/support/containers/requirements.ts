/** Why this machine cannot run containers for real; undefined: it can. For `describe.skipIf`, with the reason in the title. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { BUSYBOX } from './image-tar.ts';

function canMakeNetwork(): boolean {
  const name = `flt-probe-${process.pid}`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function missing(files: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) {
    return 'not root';
  }
  const absent = [...files, BUSYBOX].find((file) => !existsSync(file));
  if (absent !== undefined) {
    return `no ${absent}`;
  }
  return canMakeNetwork() ? undefined : 'the kernel refuses network namespaces';
}

/** What the CNI plugin portmap needs. */
function missingNatRules(): string | undefined {
  try {
    execFileSync('unshare', ['-n', 'iptables', '-t', 'nat', '-nL'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no iptables nat in this kernel';
  }
}

/** What pods that are processes need for a network of their own. */
function missingOwnNetworks(): string | undefined {
  if (process.getuid?.() !== 0) {
    return 'not root';
  }
  try {
    execFileSync('unshare', ['--net', '--', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no network namespace with a loopback can be made';
  }
}

const OCI = ['/usr/sbin/runc', '/usr/bin/crun'];
export const missingContainerd = missing([...OCI, '/usr/bin/containerd', '/usr/lib/cni/bridge']);
export const missingPodman = missing([...OCI, '/usr/bin/podman', '/usr/bin/conmon', '/usr/lib/podman/netavark']);
export const missingDocker = missing([...OCI, '/usr/sbin/dockerd', '/usr/bin/containerd']);
export const missingNetworks = missingOwnNetworks();
export const missingNat = missingNatRules();

/** Where .ci/run unpacks a containerd that has the CRI's event stream. */
export const NEW_CONTAINERD = '/opt/flotilla-tests/containerd-1.7/usr/bin';
export const missingNewContainerd = missing([`${NEW_CONTAINERD}/containerd`]);
