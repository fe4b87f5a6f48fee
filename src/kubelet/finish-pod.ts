/** The second half of a pass, once the status is durable: start containers. */
import type { ReconcileResult } from '../queue/reconciler.ts';
import { RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import type { KubeletContext } from './context.ts';
import { pruneContainers } from './dead-containers/remove-dead.ts';
import { formatNote } from './pod-note.ts';
import type { PodStep, PodWork, ReadyStart } from './pod-work.ts';

/** How often a runtime is asked that cannot say when a start is done; its events come sooner. */
const LOOK_AGAIN_MS = 1_000;

export async function finishPod(context: KubeletContext, step: PodStep): Promise<ReconcileResult> {
  let nextAt = Math.min(step.nextAt, step.work.faults.changesAt);
  for (const start of step.starts) {
    nextAt = Math.min(nextAt, await startContainer(context, step.work, start));
  }
  await pruneContainers(context, step.work);
  if (nextAt === Number.POSITIVE_INFINITY) {
    return {};
  }
  const note = formatNote(step.note ?? {});
  const requeueAfterMs = Math.max(0, Math.ceil(nextAt - context.clock.now()));
  return note === undefined ? { requeueAfterMs } : { requeueAfterMs, note };
}

/** When to look at the pod again. The status that shows the start is the next pass's. */
async function startContainer(context: KubeletContext, work: PodWork, start: ReadyStart): Promise<number> {
  const { uid } = work.pod.metadata;
  const { name } = start.spec;
  const now = context.clock.now();
  try {
    const runtimePod = await work.runtime.startContainer(uid, start.spec, start.attempt);
    context.failures.clear(uid, name);
    work.emit('Normal', 'Created', `Created container: ${name}`, name);
    work.emit('Normal', 'Started', `Started container ${name}`, name);
    return isCreated(runtimePod, name) ? (runtimePod.changesAt ?? now + LOOK_AGAIN_MS) : now;
  } catch (error) {
    if (!(error instanceof RuntimeError) || (error.code !== 'CreateContainer' && error.code !== 'RunContainer')) {
      throw error;
    }
    holdBack(context.failures, error, { uid, name, now, random: context.random });
    work.emit('Warning', 'Failed', `Error: ${error.message}`, name);
    return now;
  }
}

/**
 * What was made and did not run is a run that failed, and has a crash's back-off; what could not be made is tried with each
 * sync. Source: kuberuntime_manager.go, doBackOff.
 */
function holdBack(
  failures: KubeletContext['failures'],
  { code, message }: RuntimeError,
  { uid, name, now, random }: { uid: string; name: string; now: number; random: KubeletContext['random'] },
): void {
  if (code === 'CreateContainer') {
    failures.untilNextSync(uid, name, { reason: 'CreateContainerError', message }, now, random);
  } else {
    failures.record(uid, name, { reason: 'RunContainerError', message }, now);
  }
}

const isCreated = ({ containers }: RuntimePod, name: string): boolean =>
  containers.findLast((container) => container.name === name)?.state.phase === 'created';
