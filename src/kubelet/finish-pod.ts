/** The second half of a pass, once the status is durable: start containers, or take the pod away. */
import { StatusError } from '../errors.ts';
import type { ReconcileResult } from '../queue/reconciler.ts';
import type { Fence } from '../registry/registry.ts';
import { RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import type { KubeletContext } from './context.ts';
import { formatNote } from './pod-note.ts';
import type { PodStep, PodWork, ReadyStart } from './pod-work.ts';

/** How often a runtime is asked that cannot say when a start is done; its events come sooner. */
const LOOK_AGAIN_MS = 1_000;

export async function finishPod(context: KubeletContext, step: PodStep, fence: Fence): Promise<ReconcileResult> {
  if (step.remove) {
    await removePod(context, step.work, fence);
    return {};
  }
  let nextAt = Math.min(step.nextAt, step.work.faults.changesAt);
  for (const start of step.starts) {
    nextAt = Math.min(nextAt, await startContainer(context, step.work, start));
  }
  if (step.error !== undefined) {
    throw step.error;
  }
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
    const reason = error.code === 'CreateContainer' ? 'CreateContainerError' : 'RunContainerError';
    context.failures.record(uid, name, { reason, message: error.message }, now);
    work.emit('Warning', 'Failed', `Error: ${error.message}`, name);
    return now;
  }
}

const isCreated = ({ containers }: RuntimePod, name: string): boolean =>
  containers.findLast((container) => container.name === name)?.state.phase === 'created';

/** The runtime forgets first: an object that is gone has nobody left to clean up after it but the next look. */
async function removePod({ registry, admitted }: KubeletContext, work: PodWork, fence: Fence): Promise<void> {
  const { metadata } = work.pod;
  await work.runtime.removePod(metadata.uid);
  admitted.release(work.node.metadata.name, metadata.uid);
  const held = (metadata.finalizers?.length ?? 0) > 0 && metadata.deletionGracePeriodSeconds === 0;
  if (held) {
    return;
  }
  try {
    const preconditions = { uid: metadata.uid };
    await registry.delete('pods', metadata.namespace, metadata.name, { gracePeriodSeconds: 0, preconditions, fence });
  } catch (error) {
    if (!(error instanceof StatusError && (error.reason === 'NotFound' || isOtherUid(error)))) {
      throw error;
    }
  }
}

/** The precondition failed: the pod is gone, and another one has its name. */
const isOtherUid = ({ reason, message }: StatusError): boolean => reason === 'Conflict' && message.includes('UID');
