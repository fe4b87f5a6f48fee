/** One round of emptying a terminating namespace. Source: controller/namespace/deletion/namespaced_resources_deleter.go. */

import { toError } from '../../errors.ts';
import type { ReconcileContext, ReconcileResult } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type Registry, type ResourceId } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { Condition } from '../conditions.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import { contentConditions, type Remaining } from './remaining.ts';

export const NAMESPACES = 'namespaces';
const FINALIZER = 'kubernetes';
/** While pods take their grace. */
const LOOK_AGAIN_MS = 1_000;
/** 10,000 ending pods are not read again every second. */
const SAMPLE = 500;

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
  const remaining = await deleteContent(registry, kinds, name, { lease, signal });
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
  const [failure] = remaining.failures;
  if (failure !== undefined) {
    throw failure;
  }
  if (remaining.resources.size > 0) {
    return { requeueAfterMs: LOOK_AGAIN_MS };
  }
  if (current !== undefined) {
    await finalize(registry, decodeObject<Namespace>(current), lease);
  }
  return {};
}

/** Once: a namespace that waits for the finalizers of others is written no more. */
async function finalize(registry: Registry, namespace: Namespace, fence: Fence): Promise<void> {
  const finalizers = namespace.spec?.finalizers ?? [];
  if (finalizers.includes(FINALIZER)) {
    const spec = { ...namespace.spec, finalizers: finalizers.filter((finalizer) => finalizer !== FINALIZER) };
    await registry.finalizeNamespace(namespace.metadata.name ?? '', { ...namespace, spec }, { fence });
  }
}

/** A kind that fails does not keep the others. Finalizers are counted among the first objects of each kind. */
async function deleteContent(
  registry: Registry,
  kinds: readonly ResourceId[],
  namespace: string,
  { lease, signal }: ReconcileContext,
): Promise<Remaining> {
  const resources = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: Error[] = [];
  for (const id of kinds) {
    signal.throwIfAborted();
    try {
      await registry.deleteCollection(id, { namespace }, { fence: lease });
    } catch (error) {
      failures.push(toError(error));
    }
    const { items, remaining = 0 } = await registry.list(id, { namespace, limit: SAMPLE });
    if (items.length > 0) {
      resources.set(id, items.length + remaining);
    }
    for (const finalizer of items.flatMap((item) => decodeObject(item).metadata.finalizers ?? [])) {
      finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
  }
  return { resources, finalizers, failures };
}
