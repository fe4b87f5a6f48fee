/** What a pod asks of its node. Pods of one workload ask for the same, and share what is computed about it. */
import type { PodSpec } from '../../kinds/pod.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { claimsOf } from '../../volume-binding/claims-of.ts';

export interface Demand {
  /** Equal demands have equal keys. */
  readonly key: string;
  /** One of the pods: any will do, they differ in nothing that scheduling looks at. */
  readonly pod: PodInfo;
  readonly spec: PodSpec;
}

const keys = new WeakMap<PodInfo, string>();

/** Everything that filters, points and pre-emption look at. */
function keyOf(pod: PodInfo, spec: PodSpec): string {
  const { namespace, labels, controllerUid, requests, assumedUse, hostPorts, tolerations, priority } = pod;
  const images = [...(spec.initContainers ?? []), ...spec.containers].map(({ image }) => image);
  return JSON.stringify([
    ...[namespace, labels, controllerUid, requests, assumedUse, hostPorts, tolerations, priority, images],
    ...[spec.schedulerName, spec.nodeSelector, spec.affinity, spec.topologySpreadConstraints, spec.preemptionPolicy],
    claimsOf(pod, spec),
  ]);
}

export function demandOf(pod: PodInfo): Demand {
  const spec = pod.scheduling ?? { containers: [] };
  const key = keys.get(pod) ?? keyOf(pod, spec);
  keys.set(pod, key);
  return { key, pod, spec };
}
