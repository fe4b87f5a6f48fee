/** What a pod asks of its node. Pods of one workload ask for the same, and share what is computed about it. */
import type { PodSpec } from '../../kinds/pod.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { claimsOf } from '../../volume-binding/claims-of.ts';

export interface Demand {
  /** Equal demands have equal keys. */
  readonly key: string;
  /** Of demands that ask the same of a node alone, whatever other pods there are. */
  readonly nodeKey: string;
  /** One of the pods: any will do, they differ in nothing that scheduling looks at. */
  readonly pod: PodInfo;
  readonly spec: PodSpec;
}

type Keys = Pick<Demand, 'key' | 'nodeKey'>;
const keys = new WeakMap<PodInfo, Keys>();

/** Everything that filters, points and pre-emption look at; first what those look at that know one node only. */
function keysOf(pod: PodInfo, spec: PodSpec): Keys {
  const { namespace, labels, controllerUid, requests, assumedUse, hostPorts, disks, tolerations, priority } = pod;
  const images = [...(spec.initContainers ?? []), ...spec.containers].map(({ image }) => image);
  const nodeKey = JSON.stringify([
    ...[requests, assumedUse, hostPorts, disks, tolerations, images],
    ...[spec.schedulerName, spec.nodeSelector, spec.affinity?.nodeAffinity],
  ]);
  const others = JSON.stringify([
    ...[namespace, labels, controllerUid, priority],
    ...[spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity],
    ...[spec.topologySpreadConstraints, spec.preemptionPolicy],
    claimsOf(pod, spec),
  ]);
  return { nodeKey, key: nodeKey + others };
}

export function demandOf(pod: PodInfo): Demand {
  const spec = pod.scheduling ?? { containers: [] };
  const known = keys.get(pod) ?? keysOf(pod, spec);
  keys.set(pod, known);
  return { ...known, pod, spec };
}
