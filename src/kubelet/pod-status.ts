/** The whole status of a pod from what exists of it. Pure. A terminal phase never changes. */
import { qosClass } from '../resources/pod/qos-class.ts';
import type { RuntimePod } from '../runtimes/runtime.ts';
import { formatTime } from '../values/rfc3339.ts';
import { containerStatus, type StatusContext } from './container-status.ts';
import type { ContainerKind, ContainerView } from './container-view.ts';
import { type ContainerStatus, isTerminal, type Pod, type PodStatus } from './pod.ts';
import type { WaitingReason } from './pod-actions.ts';
import { podConditions } from './pod-conditions.ts';
import { type PodPhase, podPhase } from './pod-phase.ts';
import type { PodHealth } from './probes/probe-pod.ts';
import { restartsForResize } from './resize/container-resize.ts';
import type { ResizeReport } from './resize/resize-report.ts';

export interface StatusInput {
  readonly pod: Pod;
  readonly views: readonly ContainerView[];
  readonly runtimePod: RuntimePod | undefined;
  readonly runtimeName: string;
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  readonly health: PodHealth['health'];
  /** Nothing of the pod will run again: it is being deleted. */
  readonly ending: boolean;
  /** Why the kubelet ended it: the pod is Failed then, however its containers took it. */
  readonly failure?: { readonly reason: string; readonly message: string };
  readonly hostIP: string;
  readonly now: number;
  readonly resize?: ResizeReport | undefined;
}

export function generatePodStatus(input: StatusInput): PodStatus {
  const { pod, views, runtimePod, hostIP, now } = input;
  const old = pod.status ?? {};
  if (isTerminal(old)) {
    return old;
  }
  const context: StatusContext = {
    runtimeName: input.runtimeName,
    hasInitContainers: (pod.spec.initContainers?.length ?? 0) > 0,
    waiting: input.waiting,
    health: input.health,
  };
  const statusesOf = (...kinds: readonly ContainerKind[]): ContainerStatus[] =>
    views.filter(({ kind }) => kinds.includes(kind)).map((view) => containerStatus(view, context));
  const initStatuses = statusesOf('init', 'sidecar');
  const statuses = statusesOf('main');
  const ephemeralStatuses = statusesOf('ephemeral');
  const failure = input.ending ? input.failure : undefined;
  const phase = failure === undefined ? phaseOf(input) : 'Failed';
  const sandboxReady = runtimePod?.sandbox === 'ready';
  const { generation } = pod.metadata;
  return {
    ...old,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase,
    ...failure,
    conditions: podConditions({ pod, phase, sandboxReady, initStatuses, statuses, now, resize: input.resize }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...podAddresses(input),
    startTime: old.startTime ?? formatTime(now),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
    ...(ephemeralStatuses.length === 0 ? {} : { ephemeralContainerStatuses: ephemeralStatuses }),
    qosClass: old.qosClass ?? qosClass(pod.spec),
  };
}

/** A container that is stopped only to start again with other resources ends nothing. */
function phaseOf({ pod, views, ending }: StatusInput): PodPhase {
  const policy = views.some((view) => restartsForResize(pod, view)) ? 'Always' : (pod.spec.restartPolicy ?? 'Always');
  return podPhase(views, policy, ending);
}

/** Addresses stay in the status after the sandbox has gone, as the kubelet leaves them. */
function podAddresses({ pod, runtimePod, hostIP }: StatusInput): Pick<PodStatus, 'podIP' | 'podIPs'> {
  const ips = pod.spec.hostNetwork === true && runtimePod?.sandbox === 'ready' ? [hostIP] : (runtimePod?.podIPs ?? []);
  const [podIP] = ips;
  return podIP === undefined ? {} : { podIP, podIPs: ips.map((ip) => ({ ip })) };
}

/** What a pod gets that the node refuses; nothing of it is ever started. Source: kubelet.go rejectPod. */
export function rejectedPodStatus(pod: Pod, reason: string, message: string, now: number): PodStatus {
  const { generation } = pod.metadata;
  return {
    ...pod.status,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime: pod.status?.startTime ?? formatTime(now),
    qosClass: pod.status?.qosClass ?? qosClass(pod.spec),
  };
}
