/** PATCH with `application/apply-patch+yaml`: server-side apply. Source: KEP-555, apiserver's handlers/patch.go. */

import { alreadyExists, conflict, StatusError } from '../errors.ts';
import { decodeObject, encodeBody, renderJson, type StoredObject } from '../storage/stored-object.ts';
import type { JsonObject, KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';
import { isSameJson } from '../values/same-json.ts';
import { type AppliedConfig, readAppliedConfig } from './applied-config.ts';
import { paced, takeBreak } from './break.ts';
import { writeError } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import { createDecoded } from './create.ts';
import { asText, type Entries } from './elsewhere.ts';
import { type AppliedState, stateOfNew, stateOver } from './managed-fields/applied-state.ts';
import { decodeSplit } from './managed-fields/split-body.ts';
import type { Tracking } from './managed-fields/tracking.ts';
import { checkUpdatePreconditions } from './preconditions.ts';
import type { PatchOptions, Written } from './registry.ts';
import { RETRY } from './retry-on-conflict.ts';
import { readScale, scaleDefinition, scaleOf, writePath } from './scale.ts';
import { type Before, lazyBefore } from './stored-columns.ts';
import { writeUpdate } from './write-update.ts';

/** Through the scale subresource a Scale is applied, which says one thing of the object: its replicas. */
export async function readApplied(
  kind: Kind,
  namespace: string,
  name: string,
  body: unknown,
  options: PatchOptions,
): Promise<AppliedConfig> {
  if (options.subresource !== 'scale') {
    return readAppliedConfig(kind, namespace, name, body, options);
  }
  const { specReplicasPath } = scaleDefinition(kind);
  const { scale, replicas, warnings } = readScale(kind, namespace, name, body, options);
  const object: KubeObject = { apiVersion: kind.apiVersion, kind: kind.definition.kind, metadata: scale.metadata };
  writePath(object, specReplicasPath, replicas);
  return { object, warnings };
}

type ToWrite = Pick<AppliedState, 'object' | 'isSameSet'> & { readonly entries: () => Entries };

/** Of long objects it is worked out in another thread: who owns what of 49,000 fields takes half a second. */
async function stateAfter(
  { clock, elsewhere }: RegistryContext,
  kind: Kind,
  stored: StoredObject | undefined,
  config: KubeObject,
  options: PatchOptions,
): Promise<ToWrite> {
  const { fieldManager: manager = '', subresource = '', force = false, user } = options;
  const request = { manager, subresource, force, now: formatTime(clock.now()) };
  if (options.isLong !== true || elsewhere === undefined) {
    return stored === undefined
      ? stateOfNew(kind, config, request)
      : stateOver(kind, decodeObject(stored), config, request);
  }
  await takeBreak(options);
  const live = stored === undefined ? {} : { live: renderJson(stored) };
  const given = { resource: kind.id, ...live, config: JSON.stringify(config), ...request };
  const { object, entries, isSameSet } = await elsewhere.apply(given, user?.username);
  return { object: JSON.parse(object) as JsonObject, entries: () => asText(entries), isSameSet };
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
  const { object, entries } = await stateAfter(context, kind, undefined, config.object, options);
  await takeBreak(options);
  try {
    const decoded = { object: object as unknown as KubeObject, warnings: config.warnings };
    return await createDecoded(context, kind, namespace, decoded, { ...options, managedFields: entries() ?? [] });
  } catch (error) {
    if (error instanceof StatusError && error.message === alreadyExists(kind.resource, name).message) {
      return RETRY;
    }
    throw error;
  }
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
  const state = await stateAfter(context, kind, stored, config.object, options);
  await takeBreak(options);
  const scope = subresource === '' || subresource === 'scale' ? 'main' : subresource;
  const wanted = state.object as unknown as KubeObject;
  const [before, noted] = beforeApply(context, stored, options);
  await takeBreak(options);
  const tracking = applyTracking(state, noted);
  const outcome = await writeUpdate(context, kind, before, wanted, scope, options, tracking);
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

/** The object before, and its entries: as text, and not in the object, where those after are. */
function beforeApply(
  { elsewhere }: RegistryContext,
  stored: StoredObject,
  { isLong }: PatchOptions,
): readonly [Before, () => Entries] {
  if (isLong !== true || elsewhere === undefined) {
    const before = lazyBefore(stored);
    return [before, () => before.object.metadata.managedFields];
  }
  const split = decodeSplit(stored);
  return [lazyBefore(stored, split.object), () => asText(split.entries)];
}

/** An apply that changes neither the object nor who owns what keeps the entries, so that nothing is written. */
const applyTracking =
  ({ isSameSet, entries }: ToWrite, noted: () => Entries): Tracking =>
  async ({ object: old }, object) =>
    isSameSet && isSameJson(withoutEntries(old), withoutEntries(object)) ? noted() : entries();

function withoutEntries(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
