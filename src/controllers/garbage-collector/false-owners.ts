/**
 * Owners that are there, but not as a dependent names them: in another namespace, of another kind or name. To it they
 * are gone. Source: graph_builder.go, reportInvalidNamespaceOwnerRef; garbagecollector.go, isDangling.
 */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type ObjectPlace, type ObjectRef, type Registry } from '../../registry/registry.ts';
import type { OwnerReference } from '../../values/object.ts';
import type { Emit } from '../events.ts';
import { ownerPlace } from '../owner-kinds.ts';
import { deleteDependent, forEach, pagesOf, removeOwners } from './dependents.ts';

export const isAt = (a: ObjectPlace, b: ObjectPlace): boolean =>
  a.resource === b.resource && a.namespace === b.namespace && a.name === b.name;

/** Of the dependents of `uid`, which is at `found`, those that name it otherwise. */
export async function dropFalseOwners(
  registry: Registry,
  emit: Emit,
  uid: string,
  found: ObjectPlace,
  run: ReconcileContext,
): Promise<void> {
  for await (const page of pagesOf(registry, [uid], run.signal)) {
    await forEach(page, run.signal, (ref) => judge(registry, emit, ref, uid, found, run));
  }
}

async function judge(
  registry: Registry,
  emit: Emit,
  ref: ObjectRef,
  uid: string,
  found: ObjectPlace,
  { lease }: ReconcileContext,
): Promise<void> {
  const stored = await registry.find(ref.resource, ref.namespace, ref.name);
  const dependent = stored?.uid === ref.uid ? decodeObject(stored) : undefined;
  const owner = dependent?.metadata.ownerReferences?.find((reference) => reference.uid === uid);
  const place = owner === undefined ? undefined : ownerPlace(ref.namespace, owner);
  if (dependent === undefined || owner === undefined || place === undefined || isAt(found, place)) {
    return;
  }
  if (found.namespace !== '' && found.namespace !== ref.namespace) {
    const message = `ownerRef ${described(owner, ref.namespace)} does not exist in namespace "${ref.namespace}"`;
    emit(dependent, 'Warning', 'OwnerRefInvalidNamespace', message);
  }
  // What is in no namespace cannot be said to have lost an owner that is in one.
  if (ref.namespace === '' && found.namespace !== '') {
    return;
  }
  const others = ref.ownerUids.filter((other) => other !== uid);
  await (others.length > 0 && (await registry.locate(others)).size > 0
    ? removeOwners(registry, ref, (other) => other === uid, lease)
    : deleteDependent(registry, ref, undefined, lease));
}

const described = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): string =>
  `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
