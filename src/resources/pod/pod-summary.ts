/** What kubectl says of a pod in one line. Source: pkg/printers/internalversion/printers.go, printPod, 1.34. */
import { type Container, isSidecar } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ContainerState, ContainerStatus, PodStatus } from './pod-status.ts';

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** RFC 3339; undefined when no container has ended before. */
  readonly lastRestart: string | undefined;
}

interface Restarts {
  count: number;
  last: string | undefined;
}

const NODE_LOST = 'NodeLost';
const GATED = 'SchedulingGated';

/** Times of one format compare as text. */
function addRestarts(into: Restarts, { restartCount = 0, lastState }: ContainerStatus): void {
  into.count += restartCount;
  const ended = lastState?.terminated?.finishedAt ?? undefined;
  if (ended !== undefined && (into.last === undefined || into.last < ended)) {
    into.last = ended;
  }
}

const hasCondition = ({ conditions = [] }: PodStatus, type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

function terminatedReason({
  reason = '',
  signal = 0,
  exitCode = 0,
}: NonNullable<ContainerState['terminated']>): string {
  return reason || (signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`);
}

/** The reason that an init container not done yet gives. */
function initReason({ state = {} }: ContainerStatus, index: number, total: number): string {
  const waiting = state.waiting?.reason ?? '';
  if (state.terminated !== undefined) {
    return `Init:${terminatedReason(state.terminated)}`;
  }
  return waiting !== '' && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${total}`;
}

interface Initialization {
  /** Of the first init container that is not done; undefined: all are. */
  readonly reason: string | undefined;
  readonly readySidecars: number;
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

/** Walks up to the first init container that is neither done nor a started sidecar. */
function initialization(containers: readonly Container[], statuses: readonly ContainerStatus[]): Initialization {
  const sidecarNames = new Set(containers.filter(isSidecar).map(({ name }) => name));
  const all: Restarts = { count: 0, last: undefined };
  const sidecars: Restarts = { count: 0, last: undefined };
  let readySidecars = 0;
  for (const [index, status] of statuses.entries()) {
    const sidecar = sidecarNames.has(status.name);
    addRestarts(all, status);
    if (sidecar) {
      addRestarts(sidecars, status);
    }
    if (status.state?.terminated !== undefined && (status.state.terminated.exitCode ?? 0) === 0) {
      continue;
    }
    if (!sidecar || status.started !== true) {
      return { reason: initReason(status, index, containers.length), readySidecars, all, sidecars };
    }
    readySidecars += status.ready === true ? 1 : 0;
  }
  return { reason: undefined, readySidecars, all, sidecars };
}

/** The first main container that has something to say decides; `before` where none has. */
function mainReason(statuses: readonly ContainerStatus[], status: PodStatus, before: string): string {
  const reasons = statuses.map(({ state = {} }) =>
    state.waiting?.reason ? state.waiting.reason : state.terminated && terminatedReason(state.terminated),
  );
  const reason = reasons.find((text) => text !== undefined) ?? before;
  if (reason !== 'Completed' || !statuses.some(isRunning)) {
    return reason;
  }
  return hasCondition(status, 'Ready') ? 'Running' : 'NotReady';
}

/** Ready and with nothing worse to say. */
const isRunning = ({ ready, state = {} }: ContainerStatus): boolean =>
  ready === true && state.running !== undefined && !state.waiting?.reason && state.terminated === undefined;

function endingReason(deletionTimestamp: string | undefined, { reason, phase }: PodStatus): string | undefined {
  if (deletionTimestamp === undefined) {
    return undefined;
  }
  if (reason === NODE_LOST) {
    return 'Unknown';
  }
  return phase === 'Succeeded' || phase === 'Failed' ? undefined : 'Terminating';
}

export function summarizePod(spec: PodSpec, status: PodStatus, deletionTimestamp: string | undefined): PodSummary {
  const { containers = [], initContainers = [] } = spec;
  const { containerStatuses = [], initContainerStatuses = [], conditions = [] } = status;
  const isGated = conditions.some(({ type, reason }) => type === 'PodScheduled' && reason === GATED);
  const base = isGated ? GATED : status.reason || (status.phase ?? '');
  const init = initialization(initContainers, initContainerStatuses);
  const isPastInit = init.reason === undefined || hasCondition(status, 'Initialized');
  const restarts = isPastInit ? { ...init.sidecars } : init.all;
  if (isPastInit) {
    for (const container of containerStatuses) {
      addRestarts(restarts, container);
    }
  }
  const started = init.reason ?? base;
  const reason = isPastInit ? mainReason(containerStatuses, status, started) : started;
  return {
    ready: init.readySidecars + (isPastInit ? containerStatuses.filter(isRunning).length : 0),
    total: containers.length + initContainers.filter(isSidecar).length,
    reason: endingReason(deletionTimestamp, status) ?? reason,
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}
