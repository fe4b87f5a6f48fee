/** What of metadata belongs to the server. Source: k8s.io/apiserver/pkg/registry/rest/{create,update,meta}.go. */

import { badRequest } from '../errors.ts';
import type { KubeObject, ObjectMeta } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';
import { isSameJson } from '../values/same-json.ts';
import type { Kind, RegistryContext } from './context.ts';

/** Fields that no update changes; deletionTimestamp and its grace are moved by DELETE alone. */
const SERVER_OWNED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'generateName',
  'managedFields',
] as const satisfies readonly (keyof ObjectMeta)[];

/** What Go's JSON leaves out when it is empty, so that who took the last label away reads no labels, not none of them. */
const OMITTED_WHEN_EMPTY = ['labels', 'annotations', 'ownerReferences', 'finalizers'] as const;

function omitEmpty(metadata: ObjectMeta): void {
  for (const field of OMITTED_WHEN_EMPTY) {
    if (Object.keys(metadata[field] ?? { some: true }).length === 0) {
      delete metadata[field];
    }
  }
}

export function setCreateMetadata(context: RegistryContext, kind: Kind, metadata: ObjectMeta): void {
  if ((metadata.resourceVersion ?? '') !== '' && metadata.resourceVersion !== '0') {
    throw badRequest('resourceVersion should not be set on objects to be created');
  }
  for (const field of SERVER_OWNED) {
    if (field !== 'generateName') {
      delete metadata[field];
    }
  }
  omitEmpty(metadata);
  delete metadata.resourceVersion;
  metadata.uid = context.newUid();
  metadata.creationTimestamp = formatTime(context.clock.now());
  if (kind.definition.hasGeneration === true) {
    metadata.generation = 1;
  }
}

/** Immutable metadata from `old`; a field that `old` lacks is dropped. */
export function keepServerMetadata(metadata: ObjectMeta, old: ObjectMeta): void {
  omitEmpty(metadata);
  const target = metadata as Record<string, unknown>;
  for (const field of SERVER_OWNED) {
    if (old[field] === undefined) {
      delete target[field];
    } else {
      target[field] = old[field];
    }
  }
}

const changesSpec = (object: KubeObject, old: KubeObject): boolean => !isSameJson(object.spec, old.spec);

/** +1 when the spec changed, or what the kind says. */
export function setGeneration({ definition }: Kind, object: KubeObject, old: KubeObject): void {
  const { hasGeneration, changesGeneration = changesSpec } = definition;
  if (hasGeneration !== false && changesGeneration(object, old)) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
}
