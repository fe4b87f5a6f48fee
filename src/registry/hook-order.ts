/**
 * The one place that fixes the order in which a write passes the kind's hooks:
 *
 *   create: decode → fieldValidation → names → generateName → server metadata → prepareForCreate → applyDefaults
 *           → managedFields → admission → validate (metadata, kind, create) → warnings → allocation → columns, triggers
 *           → commit → doorbell
 *   update: decode → fieldValidation → names → preconditions → carry-over → prepareForUpdate → applyDefaults
 *           → generation → managedFields → validate (metadata, kind, transition) → warnings → admission → allocation
 *           → columns, triggers → commit → doorbell
 *
 * Decoding and names belong to the verbs (`create.ts`, `update.ts`, `patch.ts`), which differ there; what follows is
 * here. A hook may change the object before validation and never after it; no hook does I/O, admission and allocation apart.
 */

import { encodeBody } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import { admit } from './admission.ts';
import { allocate } from './allocate.ts';
import { takeBreak } from './break.ts';
import type { Kind, RegistryContext } from './context.ts';
import { type Entries, isText } from './elsewhere.ts';
import { entriesOfNew, type Tracking } from './managed-fields/tracking.ts';
import { setCreateMetadata } from './object-metadata.ts';
import type { WriteOptions } from './registry.ts';
import { settleNamespace } from './request-names.ts';
import { isSameBody } from './same-body.ts';
import type { Before } from './stored-columns.ts';
import { scopeOf, type UpdateScopeName } from './update-scope.ts';
import { validateChanged, validateNew, validateWhereBest } from './validate-write.ts';

export interface CreateOptions extends WriteOptions {
  /** Who owns what already, where that is not simply the writer all. */
  readonly managedFields?: Entries;
  /** The prefix that the name was made of. */
  readonly generatedFrom?: string;
}

export interface PreparedCreate {
  readonly body: string;
  readonly warnings: readonly string[];
}

/** Makes `object`, which is the caller's own copy, ready to be written; `name` is settled already. */
export async function prepareCreate(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  object: KubeObject,
  options: CreateOptions = {},
): Promise<PreparedCreate> {
  const { user, managedFields, generatedFrom } = options;
  const { definition } = kind;
  settleNamespace(kind, object.metadata, namespace);
  setCreateMetadata(context, kind, object.metadata);
  definition.prepareForCreate?.(object, { now: context.clock.now(), ...(user === undefined ? {} : { user }) });
  await takeBreak(options);
  definition.applyDefaults?.(object);
  await takeBreak(options);
  const entries = managedFields ?? (await entriesOfNew(context, kind, object, options));
  if (entries !== undefined && !isText(entries)) {
    object.metadata.managedFields = entries;
  }
  const encode = encoder(object, entries);
  const name = object.metadata.name ?? '';
  const from = generatedFrom === undefined ? {} : { generatedFrom };
  const admitted = { name, object, ...from, ...(user === undefined ? {} : { user }) };
  await takeBreak(options);
  await admit(context, { operation: 'create', kind, namespace, ...admitted });
  await takeBreak(options);
  const body = encode();
  await takeBreak(options);
  const text = { resource: kind.id, object: body };
  const warnings = await validateWhereBest(context.elsewhere, options, text, () => validateNew(kind, object));
  return { body: (await allocate(context, kind, object)) ? encode() : body, warnings };
}

export type PreparedUpdate =
  | { readonly change: 'none' }
  | {
      readonly change: 'update' | 'remove';
      readonly object: KubeObject;
      readonly body: string;
      /** The body of `object` as it is by then. */
      readonly encode: () => string;
      readonly warnings: readonly string[];
    };

/** `wanted` is the caller's own copy. */
export async function prepareUpdate(
  context: RegistryContext,
  kind: Kind,
  before: Before,
  wanted: KubeObject,
  scopeName: UpdateScopeName,
  options: WriteOptions,
  tracking?: Tracking,
): Promise<PreparedUpdate> {
  const scope = scopeOf(kind, scopeName);
  const old = before.object;
  const { managedFields: given } = wanted.metadata;
  await takeBreak(options);
  const object = scope.carryOver(kind, wanted, old, { now: context.clock.now() });
  let entries: Entries;
  if (tracking !== undefined) {
    await takeBreak(options);
    entries = await tracking(before, object, given, options.isLong === true);
    setManagedFields(object, entries);
  }
  const encode = encoder(object, entries);
  await takeBreak(options);
  const body = encode();
  await takeBreak(options);
  const texts = { resource: kind.id, object: body, update: { old: before.stored.body, scope: scopeName } };
  const warnings = await validateWhereBest(context.elsewhere, options, texts, () =>
    validateChanged(kind, scopeName, object, old),
  );
  if (isSameBody(body, before.stored.body)) {
    return { change: 'none' };
  }
  return { change: endsWith(kind, object, old) ? 'remove' : 'update', object, body, encode, warnings };
}

/** `object` may share its metadata with the stored one. Entries that are text are in its body alone. */
function setManagedFields(object: KubeObject, entries: Entries): void {
  const { managedFields: _, ...metadata } = object.metadata;
  object.metadata = entries === undefined || isText(entries) ? metadata : { ...metadata, managedFields: entries };
}

const encoder =
  (object: KubeObject, entries: Entries): (() => string) =>
  () =>
    encodeBody(object, isText(entries) ? entries.text : undefined);

/** An update that takes the last finalizer off a dying object whose grace is over completes the deletion. */
function endsWith({ definition }: Kind, object: KubeObject, old: KubeObject): boolean {
  return (
    old.metadata.deletionTimestamp !== undefined &&
    (old.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (object.metadata.finalizers ?? []).length === 0 &&
    definition.deletion?.holds?.(object) !== true
  );
}
