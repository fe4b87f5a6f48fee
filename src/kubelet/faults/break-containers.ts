/** Has running containers end that a fault lets crash. What follows (restarts, back-off) is as after any other end. */
import { type ContainerView, viewContainers } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { type ActiveFault, faultOf } from './faults.ts';
import { reportUnsupported } from './report-unsupported.ts';

export interface Broken {
  /** With what the runtime has of it now. */
  readonly work: PodWork;
  /** When the next container has run long enough, in milliseconds since the epoch; Infinity: none will. */
  readonly nextAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const OOM = { exitCode: 137, reason: 'OOMKilled' } as const;

export async function breakContainers(context: KubeletContext, work: PodWork): Promise<Broken> {
  let { runtimePod } = work;
  let nextAt = NEVER;
  if (work.faults.active.length === 0 || runtimePod === undefined) {
    return { work, nextAt };
  }
  const now = context.clock.now();
  for (const view of viewContainers(work.pod, runtimePod, now)) {
    const fault = faultIn(work, view);
    const { latest } = view;
    if (fault === undefined || latest?.state.phase !== 'running') {
      continue;
    }
    const endsAt = latest.state.startedAt + (fault.spec.crash?.runSeconds ?? 1) * 1_000;
    if (work.runtime.breaking === undefined) {
      await reportUnsupported(context, work, fault, 'end containers in a chosen way');
    } else if (now < endsAt) {
      nextAt = Math.min(nextAt, endsAt);
    } else {
      const end = fault.spec.type === 'OOMKill' ? OOM : { exitCode: fault.spec.crash?.exitCode ?? 1, reason: 'Error' };
      const { uid } = work.pod.metadata;
      runtimePod = await work.runtime.breaking.breakContainer(uid, latest.name, latest.attempt, end);
    }
  }
  return { work: { ...work, runtimePod }, nextAt };
}

const faultIn = ({ faults }: PodWork, { container, kind }: ContainerView): ActiveFault | undefined =>
  faultOf(faults, 'OOMKill', container, kind) ?? faultOf(faults, 'CrashLoop', container, kind);
