/** One entry of `status.containerStatuses`. Pure. Source: kubelet_pods.go convertToAPIContainerStatuses. */
import type { RuntimeContainer } from '../runtimes/runtime.ts';
import { formatTime } from '../values/rfc3339.ts';
import { type ContainerView, hasSucceeded, isRunning } from './container-view.ts';
import type { Container, ContainerStateStatus, ContainerStatus, TerminatedState } from './pod.ts';
import type { WaitingReason } from './pod-actions.ts';
import type { PodHealth } from './probes/probe-pod.ts';
import { resizeOf } from './resize/container-resize.ts';

export interface StatusContext {
  readonly runtimeName: string;
  readonly hasInitContainers: boolean;
  readonly waiting: ReadonlyMap<string, WaitingReason>;
  readonly health: PodHealth['health'];
}

export function containerStatus(view: ContainerView, context: StatusContext): ContainerStatus {
  const { container, latest, previous } = view;
  const override = context.waiting.get(container.name);
  const idOf = ({ id, runtimeName = context.runtimeName }: RuntimeContainer): string => `${runtimeName}://${id}`;
  const terminated = (c: RuntimeContainer | undefined): TerminatedState | undefined =>
    c?.state.phase === 'exited' ? { ...terminatedState(c.state), containerID: idOf(c) } : undefined;
  const ended = terminated(latest);
  const waits = override !== undefined && (latest === undefined || ended !== undefined);
  const last = waits ? ended : (terminated(previous) ?? reportedLast(view));
  return {
    name: container.name,
    state: waits ? { waiting: { ...override } } : stateOf(latest, ended, context),
    lastState: last === undefined ? {} : { terminated: last },
    ready: !waits && isReady(view, context),
    restartCount: latest?.attempt ?? 0,
    image: latest?.image ?? container.image ?? '',
    imageID: latest?.imageId ?? '',
    ...(latest === undefined ? {} : { containerID: idOf(latest) }),
    ...(container.lifecycle?.stopSignal === undefined ? {} : { stopSignal: container.lifecycle.stopSignal }),
    ...mountStatuses(container),
    ...userStatus(latest),
    ...(view.kind === 'ephemeral' ? {} : { started: !waits && hasStarted(view, context), ...resourceStatus(view) }),
  };
}

function userStatus({ user }: Pick<RuntimeContainer, 'user'> = {}): Pick<ContainerStatus, 'user'> {
  if (user === undefined) {
    return {};
  }
  const { uid, gid, supplementalGroups: groups } = user;
  return { user: { linux: { uid, gid, ...(groups.length === 0 ? {} : { supplementalGroups: [...groups] }) } } };
}

/** `recursiveReadOnly` is reported as asked for, but for `IfPossible`: what came of that only the runtime knows. */
function mountStatuses({ volumeMounts = [] }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  const statuses = volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly = 'Disabled' }) => ({
    ...{ name, mountPath },
    ...(readOnly === true ? { readOnly } : {}),
    ...(readOnly === true && recursiveReadOnly !== 'IfPossible' ? { recursiveReadOnly } : {}),
  }));
  return statuses.length === 0 ? {} : { volumeMounts: statuses };
}

/** While a resize is not done, `resources` stay those last reported: a running container has them until then. */
function resourceStatus(view: ContainerView): Pick<ContainerStatus, 'allocatedResources' | 'resources'> {
  const { requests, limits, claims } = view.container.resources ?? {};
  const resources = { ...(limits && { limits }), ...(requests && { requests }), ...(claims && { claims }) };
  const lags = isRunning(view) && resizeOf(view) !== undefined;
  return {
    ...(requests === undefined ? {} : { allocatedResources: requests }),
    resources: lags ? (view.reported?.resources ?? resources) : resources,
  };
}

/** `lastState` as last reported, for when the runtime has forgotten the previous attempt; good while no new one began. */
const reportedLast = ({ reported, latest }: ContainerView): TerminatedState | undefined =>
  reported !== undefined && latest !== undefined && reported.restartCount === latest.attempt
    ? reported.lastState.terminated
    : undefined;

function stateOf(
  latest: RuntimeContainer | undefined,
  ended: TerminatedState | undefined,
  { hasInitContainers }: StatusContext,
): ContainerStateStatus {
  if (ended !== undefined) {
    return { terminated: ended };
  }
  if (latest?.state.phase === 'running') {
    return { running: { startedAt: formatTime(latest.state.startedAt) } };
  }
  return { waiting: { reason: hasInitContainers ? 'PodInitializing' : 'ContainerCreating' } };
}

type Exited = Extract<RuntimeContainer['state'], { phase: 'exited' }>;

const terminatedState = ({ exitCode, signal, reason, message, startedAt, finishedAt }: Exited): TerminatedState => ({
  exitCode,
  ...(signal === undefined ? {} : { signal }),
  reason,
  ...(message === undefined || message === '' ? {} : { message }),
  startedAt: formatTime(startedAt),
  finishedAt: formatTime(finishedAt),
});

/** Without probes a container is ready while it runs, an init container once it has succeeded, an ephemeral one never. */
const isReady = (view: ContainerView, { health }: StatusContext): boolean =>
  view.kind === 'init'
    ? hasSucceeded(view)
    : view.kind !== 'ephemeral' && serves(view) && (health.get(view.container.name)?.ready ?? true);

const serves = (view: ContainerView): boolean => isRunning(view) && view.latest?.isUnready !== true;

const hasStarted = (view: ContainerView, { health }: StatusContext): boolean =>
  isRunning(view) && (health.get(view.container.name)?.started ?? true);
