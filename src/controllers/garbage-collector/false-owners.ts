/**
 * Owners that are there, but not as a dependent names them: in another namespace, of another kind or name. To it they
 * are gone. Source: graph_builder.go, reportInvalidNamespaceOwnerRef; garbagecollector.go, isDangling.
 */
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type Fence, type ObjectPlace, type ObjectRef, type Registry } from '../../registry/registry.ts';
import type { OwnerReference } from '../../values/object.ts';
import type { Emit } from '../events.ts';
import { canBeJudged, ownerPlace } from '../owner-kinds.ts';
import { deleteDependent, forEachApart, pagesOf, removeOwners } from './dependents.ts';
import type { OwnerKey } from './triggers.ts';

/** An owner, and where it is. */
interface Case {
  readonly registry: Registry;
  readonly emit: Emit;
  readonly uid: string;
  readonly found: ObjectPlace;
}

const isAt = (a: ObjectPlace | undefined, b: ObjectPlace | undefined): boolean =>
  a !== undefined && a.resource === b?.resource && a.namespace === b.namespace && a.name === b.name;

/** Of the owners that exist, those that some dependent names otherwise: each once, however many do. */
export function falselyNamed(
  keys: readonly OwnerKey[],
  existing: ReadonlyMap<string, ObjectPlace>,
): ReadonlyMap<string, ObjectPlace> {
  const named = new Map<string, ObjectPlace>();
  for (const { uid, place } of keys) {
    const found = existing.get(uid);
    if (found !== undefined && place !== undefined && !isAt(found, place)) {
      named.set(uid, found);
    }
  }
  return named;
}

/** Of the dependents of an owner, those that name it otherwise lose it, and go when it was their last. */
export async function dropFalseOwners(
  owner: Case,
  { lease, signal }: ReconcileContext,
  onFailure: (cause: Error) => void,
): Promise<void> {
  for await (const page of pagesOf(owner.registry, [owner.uid], signal)) {
    await forEachApart(
      page,
      signal,
      (ref) => judge(owner, ref, lease),
      (_, cause) => onFailure(cause),
    );
  }
}

async function judge({ registry, emit, uid, found }: Case, ref: ObjectRef, fence: Fence): Promise<void> {
  const stored = await registry.find(ref.resource, ref.namespace, ref.name);
  const dependent = stored?.uid === ref.uid ? decodeObject(stored) : undefined;
  const references = dependent?.metadata.ownerReferences ?? [];
  const ofOwner = references.filter((reference) => reference.uid === uid);
  const [first] = ofOwner;
  const isThere = (reference: OwnerReference, place: ObjectPlace | undefined): boolean =>
    isAt(place, ownerPlace(ref.namespace, reference));
  if (dependent === undefined || first === undefined || ofOwner.some((reference) => isThere(reference, found))) {
    return;
  }
  if (found.namespace !== '' && found.namespace !== ref.namespace) {
    const message = `ownerRef ${described(first, ref.namespace)} does not exist in namespace "${ref.namespace}"`;
    emit(dependent, 'Warning', 'OwnerRefInvalidNamespace', message);
  }
  if (!references.every((reference) => canBeJudged(ref.namespace, reference))) {
    return;
  }
  const places = await registry.locate(references.map((reference) => reference.uid));
  const solid = new Set(references.filter((each) => isThere(each, places.get(each.uid))).map((each) => each.uid));
  const dangling = new Set(references.map((reference) => reference.uid).filter((each) => !solid.has(each)));
  await (solid.size > 0
    ? removeOwners(registry, ref, (each) => dangling.has(each), fence)
    : deleteDependent(registry, ref, undefined, fence));
}

const described = ({ apiVersion, kind, name, uid }: OwnerReference, namespace: string): string =>
  `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
