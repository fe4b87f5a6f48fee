/** The conditions that a kubelet posts, in its words. Pure. Source: kubelet/nodestatus/setters.go. */
import type { RuntimeInfo } from '../runtimes/runtime.ts';
import { CONFIG_OK, type ConfigVerdict } from '../values/kubelet-configuration/assignment.ts';
import { formatTime } from '../values/rfc3339.ts';
import type { Pressure } from './eviction/thresholds.ts';
import type { NodeCondition } from './node.ts';

type Verdict = Required<Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>>;

const HEALTHY: readonly Verdict[] = [
  {
    type: 'NetworkUnavailable',
    status: 'False',
    reason: 'RouteCreated',
    message: 'The virtual network needs no routes',
  },
  {
    type: 'MemoryPressure',
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  {
    type: 'DiskPressure',
    status: 'False',
    reason: 'KubeletHasNoDiskPressure',
    message: 'kubelet has no disk pressure',
  },
  {
    type: 'PIDPressure',
    status: 'False',
    reason: 'KubeletHasSufficientPID',
    message: 'kubelet has sufficient PID available',
  },
];

const PRESSED: Readonly<Record<Pressure, Pick<Verdict, 'reason' | 'message'>>> = {
  MemoryPressure: { reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' },
  DiskPressure: { reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' },
  PIDPressure: { reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available' },
};

const withPressure = (verdict: Verdict, pressures: ReadonlySet<string>): Verdict =>
  pressures.has(verdict.type) ? { ...verdict, status: 'True', ...PRESSED[verdict.type as Pressure] } : verdict;

const ready = ({ ready: isReady, reason, message }: Pick<RuntimeInfo, 'ready' | 'reason' | 'message'>): Verdict =>
  isReady
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: reason ?? 'KubeletNotReady', message: message ?? 'runtime not ready' };

/** Ours first, in the kubelet's order; those of others are kept. The transition time moves only with the status. */
export function nodeConditions(
  old: readonly NodeCondition[],
  info: Pick<RuntimeInfo, 'ready' | 'reason' | 'message'>,
  now: number,
  pressures: ReadonlySet<Pressure> = new Set(),
  config?: ConfigVerdict,
): NodeCondition[] {
  const verdicts = [...HEALTHY.map((verdict) => withPressure(verdict, pressures)), ready(info)].concat(
    config === undefined ? [] : [{ type: CONFIG_OK, ...config }],
  );
  const time = formatTime(now);
  const owned = verdicts.map((verdict) => {
    const before = old.find(({ type }) => type === verdict.type);
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
    const { type, status, reason, message } = verdict;
    return { type, status, lastHeartbeatTime: time, lastTransitionTime: since ?? time, reason, message };
  });
  // Whoever was given no KubeletConfig has nothing to say of one.
  const types = new Set([CONFIG_OK, ...verdicts.map(({ type }) => type)]);
  return [...owned, ...old.filter(({ type }) => !types.has(type))];
}
