/** What is known of each container of a pod: the runtime's word first, the last reported status where it has none. Pure. */
import type { RuntimeContainer, RuntimePod } from '../runtimes/runtime.ts';
import { groupedBy } from '../values/grouped-by.ts';
import { parseTime } from '../values/rfc3339.ts';
import { type Container, type ContainerStatus, isSidecar, type Pod } from './pod.ts';
import type { Run } from './restart-back-off.ts';

export type ContainerKind = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface ContainerView {
  readonly container: Container;
  readonly kind: ContainerKind;
  readonly latest: RuntimeContainer | undefined;
  readonly previous: RuntimeContainer | undefined;
  /** As last reported. */
  readonly reported: ContainerStatus | undefined;
}

/** Whether it was of a sandbox that has another in its place: the pod begins anew. */
export const isOfOldSandbox = ({ latest }: ContainerView, runtimePod: RuntimePod | undefined): boolean =>
  runtimePod?.remadeAt !== undefined &&
  latest?.state.phase === 'exited' &&
  latest.state.startedAt < runtimePod.remadeAt;

/** Init containers and sidecars in their order, then the main ones, then those to look into the pod with. */
export function viewContainers(pod: Pod, runtimePod: RuntimePod | undefined, now: number): ContainerView[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  // By name: a pod may have thousands, and is looked at with every step of each.
  const attemptsOf = groupedBy(runtimePod?.containers ?? [], ({ name }) => name);
  const statusesOf = new Map<ContainerStatus[] | undefined, Map<string, ContainerStatus>>();
  const reportedOf = (statuses: ContainerStatus[] | undefined, name: string): ContainerStatus | undefined => {
    const known = statusesOf.get(statuses) ?? new Map((statuses ?? []).map((status) => [status.name, status]));
    statusesOf.set(statuses, known);
    return known.get(name);
  };
  const view = (container: Container, kind: ContainerKind, statuses: ContainerStatus[] | undefined): ContainerView => {
    const reported = reportedOf(statuses, container.name);
    const attempts = attemptsOf.get(container.name) ?? [];
    const latest = attempts.at(-1) ?? lostContainer(reported, runtimePod, now);
    return { container, kind, latest, previous: attempts.at(-2), reported };
  };
  return [
    ...initContainers.map((c) => view(c, isSidecar(c) ? 'sidecar' : 'init', pod.status?.initContainerStatuses)),
    ...containers.map((c) => view(c, 'main', pod.status?.containerStatuses)),
    ...ephemeralContainers.map((c) => view(c, 'ephemeral', pod.status?.ephemeralContainerStatuses)),
  ];
}

/** A container that was reported and that the runtime no longer knows: over, in a way nobody saw. */
function lostContainer(
  reported: ContainerStatus | undefined,
  runtimePod: RuntimePod | undefined,
  now: number,
): RuntimeContainer | undefined {
  const id = reported?.containerID?.split('://')[1];
  if (reported === undefined || id === undefined) {
    return undefined;
  }
  const ended = reported.state.terminated ?? reported.lastState.terminated;
  const startedAt = parseTime(reported.state.running?.startedAt ?? ended?.startedAt) ?? now;
  const seen = reported.state.running === undefined ? ended : undefined;
  return {
    name: reported.name,
    attempt: reported.restartCount,
    id,
    image: reported.image,
    imageId: reported.imageID,
    state: {
      phase: 'exited',
      startedAt,
      finishedAt: parseTime(seen?.finishedAt) ?? now,
      exitCode: seen?.exitCode ?? 137,
      reason: seen?.reason ?? 'ContainerStatusUnknown',
      message:
        seen === undefined
          ? `The container could not be located when the pod was ${runtimePod === undefined ? 'deleted' : 'terminated'}`
          : (seen.message ?? ''),
    },
  };
}

export const runOf = (container: RuntimeContainer | undefined): Run | undefined =>
  container?.state.phase === 'exited' ? container.state : undefined;

/** The run before the latest, from the runtime or from the reported last state. */
export function previousRun({ previous, reported, latest }: ContainerView): Run | undefined {
  const run = runOf(previous);
  const last = reported?.lastState.terminated;
  if (run !== undefined || last === undefined || reported?.restartCount !== latest?.attempt) {
    return run;
  }
  const startedAt = parseTime(last.startedAt);
  const finishedAt = parseTime(last.finishedAt);
  return startedAt === undefined || finishedAt === undefined ? undefined : { startedAt, finishedAt };
}

export const isRunning = ({ latest }: ContainerView): boolean => latest?.state.phase === 'running';
export const isOver = ({ latest }: ContainerView): boolean => latest?.state.phase === 'exited';
export const hasSucceeded = ({ latest }: ContainerView): boolean =>
  latest?.state.phase === 'exited' && latest.state.exitCode === 0;
/** Created or running: the runtime has it in hand. */
export const isAlive = ({ latest }: ContainerView): boolean => latest !== undefined && latest.state.phase !== 'exited';
