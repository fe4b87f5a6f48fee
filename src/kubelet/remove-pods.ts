/** The end of pods whose containers are stopped and whose last status is durable. */
import type { Fence, StoredObject } from '../registry/registry.ts';
import type { KubeletContext } from './context.ts';
import { formatNote } from './pod-note.ts';
import type { PodStep } from './pod-work.ts';
import { type Results, settle } from './reconcile-results.ts';

export interface Removal {
  readonly work: PodStep['work'];
  readonly step: PodStep;
  /** With its last status. */
  readonly stored: StoredObject;
}

/** The runtime forgets first: an object that is gone has nobody left to clean up after it but the next look. */
export async function removePods(
  { registry, admitted, clock, podTurns }: KubeletContext,
  removals: readonly Removal[],
  fence: Fence,
  results: Results,
): Promise<void> {
  const forgotten: Removal[] = [];
  const forgetInRuntime = async ({ step, work }: Removal): Promise<void> => {
    const { uid } = work.pod.metadata;
    if (step.remove !== 'object') {
      await work.runtime.removePod(uid);
      admitted.release(work.node.metadata.name, uid);
    }
  };
  const forget = async (removal: Removal): Promise<void> => {
    const { key } = removal.work;
    const done = await podTurns.wait(
      key,
      fence,
      () => forgetInRuntime(removal),
      () => ({ step: objectOnly(removal) }),
    );
    if (done === undefined) {
      results.set(key, podTurns.waiting(formatNote(removal.step.note ?? {})));
      return;
    }
    const nextInMs = Math.max(0, Math.ceil(removal.step.nextAt - clock.now()));
    results.set(key, Number.isFinite(nextInMs) ? { requeueAfterMs: nextInMs } : {});
    if (!isHeld(removal.step)) {
      forgotten.push(removal);
    }
  };
  await Promise.all(removals.map((removal) => settle(results, [removal.work.key], () => forget(removal))));
  const keys = forgotten.map(({ work }) => work.key);
  await settle(results, keys, async () => {
    const objects = forgotten.map(({ stored }) => stored);
    const answers = await registry.deleteAll('pods', objects, { gracePeriodSeconds: 0, fence });
    for (const [at, key] of keys.entries()) {
      const answer = answers[at];
      if (answer instanceof Error) {
        results.set(key, answer);
      }
    }
  });
}

/** Its object is left, as it was written last. */
const objectOnly = ({ step, stored }: Removal): PodStep => {
  const pod = { ...step.work.pod, status: step.status };
  const work = { ...step.work, stored, pod, desired: { ...step.work.desired, status: step.status } };
  return { ...step, work, remove: 'object' };
};

/** Deleted as far as it goes: its finalizers are others'. */
const isHeld = ({ work, metadata = work.pod.metadata }: PodStep): boolean =>
  (metadata.finalizers?.length ?? 0) > 0 && metadata.deletionGracePeriodSeconds === 0;
