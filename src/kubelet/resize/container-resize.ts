/** What of a container is to be changed, and whether by a restart. Pure. Source: kuberuntime computePodResizeAction. */
import type { ContainerResources } from '../../runtimes/runtime.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { containerResources } from '../container-spec.ts';
import type { ContainerView } from '../container-view.ts';
import type { Container, Pod } from '../pod.ts';
import { type Resizable, resizeUnderWay } from './allocation.ts';

const FIELDS: readonly (readonly [keyof ContainerResources, Resizable])[] = [
  ['cpuRequest', 'cpu'],
  ['cpuLimit', 'cpu'],
  ['memoryRequest', 'memory'],
  ['memoryLimit', 'memory'],
];

/** The resources that the latest attempt has otherwise than it was given. */
function changedResources({ container, kind, latest }: ContainerView): Resizable[] {
  const has = latest?.resources;
  if (has === undefined || (kind !== 'main' && kind !== 'sidecar')) {
    return [];
  }
  const wanted = containerResources(container);
  return FIELDS.filter(([field]) => has[field] !== wanted[field]).map(([, resource]) => resource);
}

const restarts = ({ resizePolicy = [] }: Container, changed: readonly Resizable[]): boolean =>
  resizePolicy.some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' && changed.some((name) => name === resourceName),
  );

/** undefined: it has what it was given. */
export function resizeOf(view: ContainerView): 'update' | 'restart' | undefined {
  const changed = changedResources(view);
  if (changed.length === 0) {
    return undefined;
  }
  return restarts(view.container, changed) ? 'restart' : 'update';
}

/** It was stopped for a resize and starts again with what it was given, whatever the restart policy says of its exit. */
export function restartsForResize(pod: Pod, view: ContainerView): boolean {
  const state = view.latest?.state;
  const since = parseTime(resizeUnderWay(pod)?.lastTransitionTime);
  return since !== undefined && state?.phase === 'exited' && state.finishedAt >= since && resizeOf(view) === 'restart';
}
