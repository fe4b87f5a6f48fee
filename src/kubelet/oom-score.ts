/** How soon the kernel kills a container for want of memory. Pure. Source: kubelet/qos/policy.go, GetContainerOOMScoreAdjust, 1.34. */
import { qosClass } from '../resources/pod/qos-class.ts';
import type { ContainerSpec } from '../runtimes/runtime.ts';
import { amountOf } from '../values/amounts.ts';
import { isCritical } from './eviction/rank.ts';
import type { Node } from './node.ts';
import type { Container, Pod } from './pod.ts';

const GUARANTEED = -997;
const BEST_EFFORT = 1_000;
/** What uses just what it requests is still killed before a guaranteed one. */
const LEAST_BURSTABLE = BEST_EFFORT + GUARANTEED;

export function oomScoreAdj(
  container: Container,
  kind: ContainerSpec['kind'],
  pod: Pod,
  node: Pick<Node, 'status'>,
): number {
  const { spec } = pod;
  if (spec.priorityClassName === 'system-node-critical' && isCritical(pod)) {
    return GUARANTEED;
  }
  const qos = qosClass(spec);
  if (qos !== 'Burstable') {
    return qos === 'Guaranteed' ? GUARANTEED : BEST_EFFORT;
  }
  const memory = amountOf('memory', node.status?.capacity?.['memory'] ?? '0');
  const scoreOf = ({ resources }: Container): number =>
    memory > 0
      ? BEST_EFFORT - Math.floor((BEST_EFFORT * amountOf('memory', resources?.requests?.['memory'] ?? '0')) / memory)
      : BEST_EFFORT;
  const own = scoreOf(container);
  // What stands beside the others is not killed before them.
  const score = kind === 'sidecar' ? Math.min(own, ...spec.containers.map(scoreOf)) : own;
  return Math.min(BEST_EFFORT - 1, Math.max(LEAST_BURSTABLE, score));
}
