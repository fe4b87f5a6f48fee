/** Gives running containers what they have been given, where that needs no restart. */
import { RuntimeError, type RuntimePod } from '../../runtimes/runtime.ts';
import { containerResources } from '../container-spec.ts';
import type { ContainerView } from '../container-view.ts';
import type { KubeletContext } from '../context.ts';
import type { PodWork } from '../pod-work.ts';
import { resizeFailed } from './resize-events.ts';

export interface Actuated {
  readonly runtimePod: RuntimePod | undefined;
  /** Why a container could not be resized. */
  readonly error?: string;
  /** When to try again, in milliseconds since the epoch; Infinity: all is done. */
  readonly nextAt: number;
}

/** Of the failures' back-off: apart from what holds a start back. */
const failureKey = (container: string): string => `${container}/resize`;

export async function actuateResizes(
  context: KubeletContext,
  work: PodWork,
  views: readonly ContainerView[],
  runtimePod: RuntimePod | undefined,
): Promise<Actuated> {
  let actuated: Actuated = { runtimePod, nextAt: Number.POSITIVE_INFINITY };
  for (const { container } of views) {
    const {
      runtimePod: after,
      error,
      nextAt,
    } = await actuate(context, work, container.name, () =>
      work.runtime.resizing?.resize(work.pod.metadata.uid, container.name, containerResources(container)),
    );
    actuated = {
      runtimePod: after ?? actuated.runtimePod,
      ...((actuated.error ?? error) === undefined ? {} : { error: actuated.error ?? error ?? '' }),
      nextAt: Math.min(actuated.nextAt, nextAt),
    };
  }
  return actuated;
}

async function actuate(
  { failures, clock }: KubeletContext,
  { pod, emit }: PodWork,
  container: string,
  resize: () => Promise<RuntimePod | undefined> | undefined,
): Promise<Actuated> {
  const { uid } = pod.metadata;
  const key = failureKey(container);
  const held = failures.holding(uid, key, clock.now());
  if (held !== undefined) {
    return { runtimePod: undefined, error: held.waiting.message ?? '', nextAt: held.retryAt };
  }
  try {
    const runtimePod = await resize();
    failures.clear(uid, key);
    return { runtimePod, nextAt: Number.POSITIVE_INFINITY };
  } catch (error) {
    if (!(error instanceof RuntimeError && error.code === 'ResizeContainer')) {
      throw error;
    }
    const { message } = error;
    emit('Warning', 'ResizeError', resizeFailed(pod, message));
    const { retryAt } = failures.record(uid, key, { reason: 'Error', message }, clock.now());
    return { runtimePod: undefined, error: message, nextAt: retryAt };
  }
}
