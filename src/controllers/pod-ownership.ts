/** Which pods a workload owns, by its selector. Source: controller/controller_ref_manager.go, ClaimPods. */
import type { ReconcileContext, ReconcileResult } from '../queue/reconciler.ts';
import { decodeObject, type ResourceId } from '../registry/registry.ts';
import { isEmptySelector, type LabelSelector, selectorTest } from '../values/label-selector.ts';
import type { KubeObject } from '../values/object.ts';
import { adopt, release } from './adopt.ts';
import type { ControllerContext } from './controller.ts';
import { isActive, type PodInfo } from './views/pod-info.ts';

interface PodOwner extends KubeObject {
  metadata: KubeObject['metadata'] & { name: string; namespace: string; uid: string };
  spec: { selector?: LabelSelector };
}
type MayOwn = (owner: PodOwner, pod: PodInfo) => boolean;

const ADOPTION_LIMIT_MS = 10_000;

/**
 * Adopts what it selects, releases what it no longer does; answers the UIDs that it let go. `mayOwn`: what a pod must
 * be beside selected.
 */
export async function settleOwnership(
  context: ControllerContext,
  owner: PodOwner,
  { lease }: ReconcileContext,
  mayOwn: MayOwn = () => true,
): Promise<ReadonlySet<string>> {
  const { registry, views } = context;
  const { selector } = owner.spec;
  if (isEmptySelector(selector) || owner.metadata.deletionTimestamp !== undefined) {
    return new Set();
  }
  const isSelected = selectorTest(selector);
  const isOwn = (pod: PodInfo): boolean => isSelected(pod.labels) && mayOwn(owner, pod);
  const lost = [...views.podsOf(owner.metadata.uid)].filter((pod) => !isOwn(pod));
  await Promise.all(lost.map((pod) => release(registry, 'pods', pod, owner.metadata.uid, lease)));
  const orphans = [...views.unownedPods(owner.metadata.namespace, isSelected)];
  const found = orphans.filter((pod) => isActive(pod) && mayOwn(owner, pod));
  await Promise.all(found.map((pod) => adopt(registry, 'pods', pod, owner, lease)));
  if (found.length > 0) {
    await views.fresh(AbortSignal.timeout(ADOPTION_LIMIT_MS));
  }
  return new Set(lost.map(({ uid }) => uid));
}

/** An adopted pod makes its owner due by itself, so only the adoption is done here. */
export async function adoptOrphans(
  context: ControllerContext,
  owners: ResourceId,
  namespace: string,
  run: ReconcileContext,
  mayOwn?: MayOwn,
): Promise<ReconcileResult> {
  const { items } = await context.registry.list(owners, { namespace });
  for (const stored of items) {
    await settleOwnership(context, decodeObject<PodOwner>(stored), run, mayOwn);
  }
  return {};
}
