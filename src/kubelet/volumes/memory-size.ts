/** How much an emptyDir in memory may hold. Pure. Source: pkg/volume/emptydir, calculateEmptyDirMemorySize. */
import type { MemorySize } from '../../runtimes/runtime.ts';
import { amountOf } from '../../values/amounts.ts';
import type { Node } from '../node.ts';
import type { Container, Pod, PodSpec } from '../pod.ts';
import { podRequests } from '../pod-resources.ts';
import type { Volume } from './volume.ts';

export const isInMemory = ({ emptyDir }: Volume): boolean => emptyDir?.medium === 'Memory';

/** The least of what the node has for pods, what the pod may use and what the volume names. */
export function memorySize({ spec }: Pod, { emptyDir }: Volume, node: Node | undefined): MemorySize {
  const limits = [node?.status?.allocatable?.memory, emptyDir?.sizeLimit].map((text) => amountOf('memory', text ?? ''));
  const known = [...limits, podMemoryLimit(spec)].filter((bytes) => bytes > 0);
  return known.length === 0 ? {} : { sizeBytes: Math.min(...known) };
}

/** Its own, where it has one. 0: a container has none, so the pod has none. Source: cm/helpers_linux.go, ResourceConfigForPod. */
function podMemoryLimit(spec: PodSpec): number {
  const { containers, initContainers = [], resources: whole } = spec;
  const own = amountOf('memory', whole?.limits?.['memory'] ?? '0');
  if (own > 0) {
    return own;
  }
  const all = [...containers, ...initContainers];
  if (all.some(({ resources }) => amountOf('memory', resources?.limits?.memory ?? '') === 0)) {
    return 0;
  }
  const byLimit = ({ resources, ...container }: Container): Container => ({
    ...container,
    resources: { limits: resources?.limits ?? {} },
  });
  const limits = { ...spec, containers: containers.map(byLimit), initContainers: initContainers.map(byLimit) };
  return podRequests(limits).get('memory') ?? 0;
}
