/**
 * Objects that come from `kubectl apply` without --server-side carry what was applied last in an annotation. kubectl's
 * server-side apply may take over what stands there, and keeps the annotation true for those who go back.
 * Source: managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go.
 */
import { type FieldSet, isEmptySet, recursiveDifference } from '../../values/field-set/field-set.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, ObjectMeta } from '../../values/object.ts';
import { fieldsOf } from '../../values/typed/fields-of.ts';
import type { FieldConflict } from './merge-applied.ts';
import type { Ownership } from './ownership.ts';

const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
/** The manager that kubectl takes unless it is told another; only it may do this. */
const KUBECTL = 'kubectl';
/** Source: apimachinery's ValidateAnnotationsSize. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

const metadataOf = (object: JsonObject): ObjectMeta => (object['metadata'] ?? {}) as ObjectMeta;

function lastAppliedFields({ shape }: Ownership, live: JsonObject): FieldSet | undefined {
  try {
    const applied = JSON.parse(metadataOf(live).annotations?.[ANNOTATION] ?? 'null') as Json;
    return isJsonObject(applied) ? fieldsOf(shape, applied) : undefined;
  } catch {
    // Anybody may write the annotation; what is not JSON allows nothing.
    return undefined;
  }
}

/** The conflicts that stay once kubectl has taken over what it applied itself. */
export function unresolvedConflicts(
  ownership: Ownership,
  live: JsonObject,
  manager: string,
  conflicts: readonly FieldConflict[],
): readonly FieldConflict[] {
  const allowed = manager === KUBECTL ? lastAppliedFields(ownership, live) : undefined;
  if (allowed === undefined) {
    return conflicts;
  }
  const left = conflicts.filter(({ fields }) => !isEmptySet(recursiveDifference(fields, allowed)));
  return left.map(({ owner, fields }) => ({ owner, fields: recursiveDifference(fields, allowed) }));
}

/** Changes `object`. */
export function refreshLastApplied(object: JsonObject, manager: string): void {
  const { annotations } = metadataOf(object);
  if (manager !== KUBECTL || annotations?.[ANNOTATION] === undefined) {
    return;
  }
  const { [ANNOTATION]: _, ...others } = annotations;
  const { managedFields: __, resourceVersion: ___, ...metadata } = metadataOf(object);
  const text = JSON.stringify({ ...object, metadata: { ...metadata, annotations: others } });
  annotations[ANNOTATION] = Buffer.byteLength(text) > MAX_ANNOTATION_BYTES ? '' : `${text}\n`;
}
