/** One round of emptying a terminating namespace. Source: controller/namespace/deletion/namespaced_resources_deleter.go. */
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type ResourceId } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import { contentConditions, type Remaining } from './remaining.ts';

export const NAMESPACES = 'namespaces';
const FINALIZER = 'kubernetes';
/** While pods take their grace. */
const LOOK_AGAIN_MS = 1_000;

export interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

/** Deletes everything of `kinds` in the namespace; with nothing left, takes its finalizer away. */
export async function emptyNamespace(
  { registry, clock }: Pick<ControllerContext, 'registry' | 'clock'>,
  kinds: readonly ResourceId[],
  namespace: Namespace,
  { lease, signal }: ReconcileContext,
): Promise<ReconcileResult> {
  const { name = '', uid } = namespace.metadata;
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  for (const id of kinds) {
    signal.throwIfAborted();
    await registry.deleteCollection(id, { namespace: name }, { fence: lease });
    const left = await registry.list(id, { namespace: name });
    if (left.items.length > 0) {
      resources.set(id, left.items.length);
    }
    for (const finalizer of left.items.flatMap((item) => decodeObject(item).metadata.finalizers ?? [])) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  const remaining: Remaining = { resources, finalizers };
  const change = (object: Namespace): boolean => {
    const conditions = contentConditions(object.status?.conditions, remaining, clock.now());
    const isSame = same(conditions, object.status?.conditions);
    object.status = { ...object.status, conditions };
    return !isSame;
  };
  const of = uid === undefined ? {} : { uid };
  const current = await registry.modify<Namespace>(NAMESPACES, '', name, change, {
    ...{ subresource: 'status', fence: lease, ...of },
  });
  if (resources.size > 0) {
    return { requeueAfterMs: LOOK_AGAIN_MS };
  }
  if (current !== undefined) {
    const object = decodeObject<Namespace>(current);
    const left = (object.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await registry.finalizeNamespace(name, { ...object, spec: { ...object.spec, finalizers: left } }, { fence: lease });
  }
  return {};
}
