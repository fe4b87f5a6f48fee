/**
 * Objects that come from `kubectl apply` without --server-side carry what was applied last in an annotation. kubectl's
 * server-side apply may take over what stands there, and keeps the annotation true for those who go back.
 * Source: managedfields/internal/{lastapplied,lastappliedmanager,lastappliedupdater}.go.
 */
import { canonical } from '../../values/canonical-json.ts';
import { type FieldSet, isEmptySet, recursiveDifference } from '../../values/field-set/field-set.ts';
import { isJsonObject } from '../../values/json.ts';
import type { Json, JsonObject, KubeObject, ObjectMeta } from '../../values/object.ts';
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

/** Notes what was applied, as it was sent. Changes `object`; a text that is too long for an annotation is left out. */
export function refreshLastApplied(object: JsonObject, applied: KubeObject, manager: string): void {
  const { annotations } = metadataOf(object);
  if (manager !== KUBECTL || annotations === undefined || (annotations[ANNOTATION] ?? '') === '') {
    return;
  }
  const { annotations: sent, ...metadata } = applied.metadata;
  const { [ANNOTATION]: _, ...others } = sent ?? {};
  const text = canonical({
    ...applied,
    metadata: sent === undefined ? metadata : { ...metadata, annotations: others },
  });
  annotations[ANNOTATION] = `${text}\n`;
  const size = Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (size > MAX_ANNOTATION_BYTES) {
    delete annotations[ANNOTATION];
  }
}
