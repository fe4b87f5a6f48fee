/** What daemons bear that other pods do not. Pure. Source: daemon/util, AddOrUpdateDaemonPodTolerations. */
import type { PodSpec, Toleration } from '../kinds/pod.ts';

const bears = (name: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect,
});

/** They stay on nodes that are not ready or unreachable, and start on those that are under pressure or cordoned. */
const ALWAYS: readonly Toleration[] = [
  bears('not-ready', 'NoExecute'),
  bears('unreachable', 'NoExecute'),
  bears('disk-pressure', 'NoSchedule'),
  bears('memory-pressure', 'NoSchedule'),
  bears('pid-pressure', 'NoSchedule'),
  bears('unschedulable', 'NoSchedule'),
];
const ON_HOST_NETWORK: readonly Toleration[] = [bears('network-unavailable', 'NoSchedule')];

const isAlike = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  (a.effect ?? '') === (b.effect ?? '') &&
  (a.operator ?? '') === (b.operator ?? '') &&
  (a.value ?? '') === (b.value ?? '');

/** One that is alike but for its seconds is replaced: a daemon is never evicted for these. */
export function daemonTolerations({ tolerations = [], hostNetwork }: Partial<PodSpec>): Toleration[] {
  const added = hostNetwork === true ? [...ALWAYS, ...ON_HOST_NETWORK] : ALWAYS;
  const kept = tolerations.map((own) => added.find((one) => isAlike(one, own)) ?? own);
  return [...kept, ...added.filter((one) => !kept.includes(one))];
}
