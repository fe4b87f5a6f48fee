/** Whether the runtime is there and well: the kubelet's Ready condition. A socket that nobody answers is a reason, not an error. */
import { ALL_CAPABILITIES } from '../all-capabilities.ts';
import { type Machine, RuntimeError, type RuntimeInfo } from '../runtime.ts';
import type { CriClient } from './client.ts';
import type { CriCalls } from './messages.ts';

const LOOK = { deadlineMs: 2_000 };

/** Of the handler that makes the container; a runtime before CRI 1.30 says nothing. */
export async function canRecurse(client: CriClient, handler = ''): Promise<boolean> {
  const { runtime_handlers: handlers = [] } = await client.call('Status', {}, LOOK);
  return handlers.find(({ name }) => name === handler)?.features?.recursive_read_only_mounts === true;
}

type Status = CriCalls['Status'][1];

/** A runtime before CRI 1.30 and 1.31 says nothing. */
export function featuresOf({
  runtime_handlers: handlers = [],
  features,
}: Pick<Status, 'runtime_handlers' | 'features'>): Pick<RuntimeInfo, 'handlers' | 'supplementalGroupsPolicy'> {
  const told = handlers.map(({ name, features: of }) => ({
    name,
    recursiveReadOnlyMounts: of?.recursive_read_only_mounts ?? false,
    userNamespaces: of?.user_namespaces ?? false,
  }));
  return {
    ...(told.length === 0 ? {} : { handlers: told.sort((a, b) => (a.name < b.name ? -1 : 1)) }),
    ...(features ? { supplementalGroupsPolicy: features.supplemental_groups_policy } : {}),
  };
}

export async function criInfo(client: CriClient, name: string, machine: Machine): Promise<RuntimeInfo> {
  const base = { name, version: '', volatile: true, machine, capabilities: ALL_CAPABILITIES };
  try {
    const [{ runtime_name, runtime_version }, { status, ...more }] = await Promise.all([
      client.call('Version', {}, LOOK),
      client.call('Status', {}, LOOK),
    ]);
    const known = { ...base, ...featuresOf(more), name: runtime_name, version: runtime_version.replace(/^v/, '') };
    const wrong = status?.conditions.find(
      ({ type, status: isTrue }) => !isTrue && (type === 'RuntimeReady' || type === 'NetworkReady'),
    );
    if (wrong === undefined) {
      return { ...known, ready: true };
    }
    const { type, reason, message } = wrong;
    // Source: kubelet.go, runtimeState.
    const what = type === 'NetworkReady' ? 'container runtime network not ready' : 'container runtime not ready';
    const why = `${what}: ${type}=false reason:${reason} message:${message}`;
    return { ...known, ready: false, reason: 'KubeletNotReady', message: why };
  } catch (error) {
    if (!(error instanceof RuntimeError)) {
      throw error;
    }
    const message = `container runtime is down: ${error.message}`;
    return { ...base, ready: false, reason: 'KubeletNotReady', message };
  }
}
