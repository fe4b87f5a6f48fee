/** The pod conditions that the kubelet owns. Pure. Source: kubelet/status/generate.go. */

import { formatTime } from '../values/rfc3339.ts';
import type { ContainerStatus, Pod, PodCondition } from './pod.ts';
import type { PodPhase } from './pod-phase.ts';
import { RESIZE_IN_PROGRESS, RESIZE_PENDING } from './resize/allocation.ts';
import { type ResizeReport, resizeVerdicts } from './resize/resize-report.ts';

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;

interface ConditionInput {
  readonly pod: Pod;
  readonly phase: PodPhase;
  readonly sandboxReady: boolean;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly now: number;
  /** undefined: it stands where it stood. */
  readonly resize?: ResizeReport | undefined;
}

const TRUE: Verdict = { status: 'True' };

/** The kubelet's conditions first, in its order; those of others are kept as they are. */
export function podConditions(input: ConditionInput): PodCondition[] {
  const old = input.pod.status?.conditions ?? [];
  const verdicts: [string, Verdict][] = [
    ...resizeVerdicts(input.resize ?? {}),
    ['PodReadyToStartContainers', input.sandboxReady ? TRUE : { status: 'False' }],
    ['Initialized', initialized(input)],
    ['Ready', ready(input)],
    ['ContainersReady', containersReady(input)],
    ['PodScheduled', TRUE],
  ];
  const owned = new Set(verdicts.map(([type]) => type));
  if (input.resize !== undefined) {
    owned.add(RESIZE_PENDING).add(RESIZE_IN_PROGRESS);
  }
  const conditions = verdicts.map(([type, verdict]) => withTransition(type, verdict, input));
  return [...conditions, ...old.filter(({ type }) => !owned.has(type))];
}

/** As of now, and since when: it keeps its time while its status stays. */
export function withTransition(
  type: string,
  verdict: Verdict,
  { pod, now }: Pick<ConditionInput, 'pod' | 'now'>,
): PodCondition {
  const before = pod.status?.conditions?.find((condition) => condition.type === type);
  const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  const { generation } = pod.metadata;
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...verdict,
    lastProbeTime: null,
    lastTransitionTime: since ?? formatTime(now),
  };
}

function initialized({ phase, initStatuses, statuses }: ConditionInput): Verdict {
  if (phase === 'Succeeded') {
    return { status: 'True', reason: 'PodCompleted' };
  }
  // Once a main container was started, initialisation is over for good.
  const over = statuses.some(({ containerID }) => containerID !== undefined);
  const incomplete = initStatuses.filter(({ ready: done }) => !done).map(({ name }) => name);
  return over || incomplete.length === 0
    ? TRUE
    : {
        status: 'False',
        reason: 'ContainersNotInitialized',
        message: `containers with incomplete status: [${incomplete.join(' ')}]`,
      };
}

function containersReady({ pod, phase, initStatuses, statuses }: ConditionInput): Verdict {
  if (phase === 'Succeeded') {
    return { status: 'False', reason: 'PodCompleted' };
  }
  if (phase === 'Failed') {
    return { status: 'False', reason: 'PodFailed' };
  }
  const sidecars = new Set(pod.spec.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const unready = [...initStatuses.filter(({ name }) => sidecars.has(name)), ...statuses]
    .filter((status) => !status.ready)
    .map(({ name }) => name);
  return unready.length === 0
    ? TRUE
    : {
        status: 'False',
        reason: 'ContainersNotReady',
        message: `containers with unready status: [${unready.join(' ')}]`,
      };
}

function ready(input: ConditionInput): Verdict {
  const containers = containersReady(input);
  if (containers.status !== 'True') {
    return containers;
  }
  const conditions = input.pod.status?.conditions ?? [];
  const problems = (input.pod.spec.readinessGates ?? []).flatMap(({ conditionType: type }) => {
    const status = conditions.find((condition) => condition.type === type)?.status;
    if (status === undefined) {
      return [`corresponding condition of pod readiness gate "${type}" does not exist.`];
    }
    return status === 'True' ? [] : [`the status of pod readiness gate "${type}" is not "True", but ${status}`];
  });
  return problems.length === 0
    ? TRUE
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}
