/**
 * PATCH. The patch is applied to the object as the client sees it, and the result takes the way of an update; a lost
 * race applies the patch again, unless the patch itself names a resourceVersion. Server-side apply may create.
 */
import { notFound } from '../errors.ts';
import { decodeObject, encodeBody, renderJson, type StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import { applyNew, applyOver, readApplied } from './apply.ts';
import { applyPatch } from './apply-patch.ts';
import { paced, takeBreak } from './break.ts';
import { writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { decodePatched } from './decode-body.ts';
import { asObject } from './json-object.ts';
import { checkUpdatePreconditions, requireVersion } from './preconditions.ts';
import { answerOf } from './read.ts';
import type { PatchOptions, PatchType, Written } from './registry.ts';
import { checkName, settleNamespace } from './request-names.ts';
import { RETRY, retryOnConflict } from './retry-on-conflict.ts';
import { readScale, scaleDefinition, scaleOf, writeReplicas } from './scale.ts';
import { lazyBefore } from './stored-columns.ts';
import { scopeOf, type UpdateScopeName } from './update-scope.ts';
import { writeUpdate } from './write-update.ts';

/** Source: maxPatchConflicts in apiserver's handlers/patch.go. */
const ATTEMPTS = 5;

export interface PatchRequest {
  readonly type: PatchType;
  readonly patch: unknown;
  readonly options: PatchOptions;
}

export async function patch(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  request: PatchRequest,
): Promise<Written> {
  const kind = kindOf(context, id);
  if (request.options.subresource !== 'scale') {
    scopeOf(kind, scopeNameOf(request));
  }
  const [patchOnce, onMissing] = await wayOf(context, kind, namespace, name, request);
  const written = await retryOnConflict<Written>(
    context,
    ATTEMPTS,
    async () => {
      const stored = await context.objects.get(id, namespace, name);
      if (stored === undefined) {
        return onMissing();
      }
      return patchOnce(stored);
    },
    () => writeError(kind, name, 'conflict'),
  );
  // kubectl's apply breaks on an answer that lacks fields of some.
  const { type, options } = request;
  return answerOf(context, kind, written, type === 'apply' ? { ...options, wholeEntries: true } : options);
}

const scopeNameOf = ({ options }: PatchRequest): UpdateScopeName => options.subresource ?? 'main';

type Attempt = Promise<Written | typeof RETRY>;

/** What an attempt does with the object, and what when there is none. */
async function wayOf(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  name: string,
  request: PatchRequest,
): Promise<readonly [(stored: StoredObject) => Attempt, () => Attempt]> {
  const { type, patch: body, options } = request;
  const refuse = async (): Attempt => {
    throw notFound(kind.resource, name);
  };
  if (type === 'apply') {
    await takeBreak(options);
    const config = await readApplied(kind, namespace, name, body, options);
    const { object } = config;
    const named = { ...config, object: { ...object, metadata: { ...object.metadata, name } } };
    const create = async (): Attempt => {
      checkName(object.metadata, name);
      return applyNew(context, kind, namespace, config, options);
    };
    const mayCreate = options.subresource === undefined;
    return [(stored) => applyOver(context, kind, stored, named, options), mayCreate ? create : refuse];
  }
  const patchOnce = options.subresource === 'scale' ? patchScale : patchObject;
  return [(stored) => patchOnce(context, kind, stored, request), refuse];
}

async function patchObject(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  request: PatchRequest,
): Promise<Written | typeof RETRY> {
  const options = paced(request.options, stored);
  const patched = await patchedObject(context, kind, stored, { ...request, options });
  await takeBreak(options);
  const decoded = decodePatched(kind, patched, options);
  await takeBreak(options);
  const { metadata } = decoded.object;
  settleNamespace(kind, metadata, stored.namespace);
  checkName(metadata, stored.name);
  requireVersion(kind, metadata, stored.name);
  checkUpdatePreconditions(kind, metadata, stored);
  const outcome = await writeUpdate(context, kind, lazyBefore(stored), decoded.object, scopeNameOf(request), options);
  if (outcome.ok) {
    return { object: outcome.object, warnings: [...decoded.warnings, ...outcome.warnings], created: false };
  }
  if (outcome.reason !== 'conflict') {
    throw writeError(kind, stored.name, outcome.reason);
  }
  return RETRY;
}

/** A merge by keys of 20,000 items, or a JSON patch of 10,000 operations, takes hundreds of milliseconds. */
async function patchedObject(
  { elsewhere }: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  request: PatchRequest,
): Promise<unknown> {
  const { type, patch: body, options } = request;
  if (options.isLong !== true || elsewhere === undefined) {
    return applyPatch(kind.definition, decodeObject(stored), request);
  }
  const current = renderJson(stored);
  const given = { resource: kind.id, current, type, patch: JSON.stringify(body) };
  const text = await elsewhere.patch(given, options.user?.username);
  return JSON.parse(text);
}

async function patchScale(
  context: RegistryContext,
  kind: Kind,
  stored: StoredObject,
  request: PatchRequest,
): Promise<Written | typeof RETRY> {
  const definition = scaleDefinition(kind);
  const patched = asObject(applyPatch(undefined, scaleOf(definition, decodeObject(stored)), request), 'Scale');
  const { namespace, name } = stored;
  const { scale, replicas, warnings } = readScale(kind, namespace, name, patched, request.options, decodePatched);
  checkUpdatePreconditions(kind, scale.metadata, stored);
  const written = await writeReplicas(context, kind, stored, replicas, request.options);
  if (written === RETRY) {
    return RETRY;
  }
  const answer: KubeObject = scaleOf(definition, decodeObject(written));
  return { object: { ...written, body: encodeBody(answer) }, warnings, created: false };
}
