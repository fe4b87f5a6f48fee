/** PATCH with `application/apply-patch+yaml`: server-side apply. Source: KEP-555, apiserver's handlers/patch.go. */

import { alreadyExists, conflict, StatusError } from '../errors.ts';
import { decodeObject, encodeBody, type StoredObject } from '../storage/stored-object.ts';
import { EMPTY_SET, equalSets } from '../values/field-set/field-set.ts';
import type { JsonObject, KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';
import { isSameJson } from '../values/same-json.ts';
import { type AppliedConfig, readAppliedConfig } from './applied-config.ts';
import { paced, takeBreak } from './break.ts';
import { writeError } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import { createDecoded } from './create.ts';
import { applyConflict } from './managed-fields/conflict-error.ts';
import { createdFields } from './managed-fields/creator.ts';
import { refreshLastApplied, unresolvedConflicts } from './managed-fields/last-applied.ts';
import { type Applied, appliedFields, mergeApplied } from './managed-fields/merge-applied.ts';
import { asJson } from './managed-fields/owned-object.ts';
import { fieldsOwnedBy, isSameOwner, type Owner, writeOwners } from './managed-fields/owners.ts';
import { type Ownership, ownershipOf } from './managed-fields/ownership.ts';
import type { Tracking } from './managed-fields/tracking.ts';
import { ownersNoted } from './managed-fields/whole-entries.ts';
import { checkUpdatePreconditions } from './preconditions.ts';
import type { PatchOptions, Written } from './registry.ts';
import { RETRY } from './retry-on-conflict.ts';
import { readScale, scaleDefinition, scaleOf, writePath } from './scale.ts';
import { lazyBefore } from './stored-columns.ts';
import { writeUpdate } from './write-update.ts';

/** Owns all of an object that nobody's ownership was noted of. Source: managedfields/fieldmanager.go. */
const BEFORE_FIRST_APPLY = 'before-first-apply';

/** Through the scale subresource a Scale is applied, which says one thing of the object: its replicas. */
export function readApplied(
  kind: Kind,
  namespace: string,
  name: string,
  body: unknown,
  options: PatchOptions,
): AppliedConfig {
  if (options.subresource !== 'scale') {
    return readAppliedConfig(kind, namespace, name, body, options);
  }
  const { specReplicasPath } = scaleDefinition(kind);
  const { scale, replicas, warnings } = readScale(kind, namespace, name, body, options);
  const object: KubeObject = { apiVersion: kind.apiVersion, kind: kind.definition.kind, metadata: scale.metadata };
  writePath(object, specReplicasPath, replicas);
  return { object, warnings };
}

const applierOf = ({ subresource }: Ownership, { fieldManager = '' }: PatchOptions, apiVersion: string): Owner => ({
  ...{ manager: fieldManager, operation: 'Apply', apiVersion, subresource, time: undefined },
  fields: EMPTY_SET,
});

/** Without what is a condition of the write and no wish. */
function wishOf({ object }: AppliedConfig): JsonObject {
  const { uid: _, resourceVersion: __, ...metadata } = object.metadata;
  return { ...asJson(object), metadata: metadata as JsonObject };
}

export async function applyNew(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  config: AppliedConfig,
  options: PatchOptions,
): Promise<Written | typeof RETRY> {
  const { uid = '', name = '' } = config.object.metadata;
  if (uid !== '') {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(kind.resource, name, why);
  }
  const ownership = ownershipOf(kind, '');
  const applier = applierOf(ownership, options, kind.apiVersion);
  await takeBreak(options);
  const wish = wishOf(config);
  const fields = appliedFields(ownership, wish);
  const entries = writeOwners([{ ...applier, time: formatTime(context.clock.now()), fields }]);
  await takeBreak(options);
  try {
    const decoded = { object: structuredClone(wish) as unknown as KubeObject, warnings: config.warnings };
    return await createDecoded(context, kind, namespace, decoded, { ...options, managedFields: entries ?? [] });
  } catch (error) {
    if (error instanceof StatusError && error.message === alreadyExists(kind.resource, name).message) {
      return RETRY;
    }
    throw error;
  }
}

/** Owners of the live object; all its fields have one where none was noted but of its status. */
function ownersOf(main: Ownership, live: KubeObject): readonly Owner[] {
  const noted = ownersNoted(main, live);
  if (noted.some(({ subresource }) => subresource !== 'status')) {
    return noted;
  }
  const { apiVersion } = main;
  const unnoted: Owner = {
    ...{ manager: BEFORE_FIRST_APPLY, operation: 'Update', apiVersion, subresource: '', time: undefined },
    fields: createdFields(main, live),
  };
  return [...noted, unnoted];
}

async function refuseConflicts(
  ownership: Ownership,
  live: JsonObject,
  applied: Applied,
  applier: Owner,
  { force = false, isLong = false }: PatchOptions,
): Promise<void> {
  const { manager } = applier;
  const left = force ? [] : unresolvedConflicts(ownership, live, manager, applied.conflicts);
  if (left.length > 0) {
    throw await applyConflict(left, () => takeBreak({ isLong }));
  }
}

/** Nobody owns the name: it would go with the last field of the metadata that anybody owns. */
function withName(object: JsonObject, { metadata: { name = '', namespace } }: KubeObject): JsonObject {
  const metadata = { ...(object['metadata'] as JsonObject | undefined), name };
  return { ...object, metadata: namespace === undefined ? metadata : { ...metadata, namespace } };
}

export async function applyOver(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  config: AppliedConfig,
  given: PatchOptions,
): Promise<Written | typeof RETRY> {
  checkUpdatePreconditions(kind, config.object.metadata, stored);
  const options = paced(given, stored);
  const { subresource = '' } = options;
  const ownership = ownershipOf(kind, subresource);
  const live = decodeObject(stored);
  await takeBreak(options);
  const owners = ownersOf(ownershipOf(kind, ''), live);
  delete live.metadata.managedFields;
  const applier = applierOf(ownership, options, kind.apiVersion);
  await takeBreak(options);
  const applied = await mergeApplied(ownership, asJson(live), wishOf(config), owners, applier, () =>
    takeBreak(options),
  );
  await refuseConflicts(ownership, asJson(live), applied, applier, options);
  const wanted = withName(structuredClone(applied.object), live);
  refreshLastApplied(wanted, config.object, applier.manager);
  await takeBreak(options);
  const tracking = applyTracking(applied, owners, applier, formatTime(context.clock.now()));
  const scope = subresource === '' || subresource === 'scale' ? 'main' : subresource;
  const before = lazyBefore(stored);
  const outcome = await writeUpdate(context, kind, before, wanted as unknown as KubeObject, scope, options, tracking);
  if (outcome.ok) {
    const object = subresource === 'scale' ? asScale(kind, outcome.object) : outcome.object;
    return { object, warnings: [...config.warnings, ...outcome.warnings], created: false };
  }
  if (outcome.reason !== 'conflict') {
    throw writeError(kind, stored.name, outcome.reason);
  }
  return RETRY;
}

const asScale = (kind: Kind, stored: StoredObject): StoredObject => ({
  ...stored,
  body: encodeBody(scaleOf(scaleDefinition(kind), decodeObject(stored))),
});

/** An apply that changes neither the object nor who owns what keeps the entries, so that nothing is written. */
function applyTracking({ owners }: Applied, before: readonly Owner[], applier: Owner, now: string): Tracking {
  return async (old, object, _, pause) => {
    const isChanged = !isSameJson(withoutEntries(old), withoutEntries(object));
    await pause();
    const previous = before.find((owner) => isSameOwner(owner, applier));
    const isSameSet =
      previous !== undefined &&
      equalSets(previous.fields, fieldsOwnedBy(owners, applier)) &&
      previous.apiVersion === applier.apiVersion;
    if (isSameSet && !isChanged) {
      return old.metadata.managedFields;
    }
    return writeOwners(owners.map((owner) => (isSameOwner(owner, applier) ? { ...owner, time: now } : owner)));
  };
}

function withoutEntries(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
