/** PUT on the main resource, on /status, on a namespace's /finalize and on what a kind gives to one part of it. */
import { notFound, StatusError } from '../errors.ts';
import { clonePaced, paced, takeBreak } from './break.ts';
import { cloneJson } from './clone-json.ts';
import { writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { createDecoded } from './create.ts';
import { type Decoded, decodeBody } from './decode-body.ts';
import { checkUid, checkUpdatePreconditions, requireVersion } from './preconditions.ts';
import { answerOf } from './read.ts';
import type { WriteOptions, Written } from './registry.ts';
import { checkName, settleNamespace } from './request-names.ts';
import { RETRY, retryOnConflict } from './retry-on-conflict.ts';
import { lazyBefore } from './stored-columns.ts';
import { scopeOf, type UpdateScopeName } from './update-scope.ts';
import { writeUpdate } from './write-update.ts';

/**
 * An update without resourceVersion wins in the end; the bound is for the case that it never does. One that names a
 * version loses at its second look at the latest.
 */
const ATTEMPTS = 20;

export async function update(
  context: RegistryContext,
  id: string,
  namespace: string,
  name: string,
  input: unknown,
  options: WriteOptions = {},
  scope: UpdateScopeName = 'main',
): Promise<Written> {
  const kind = kindOf(context, id);
  // Before the body is looked at: a path that is not there is the first thing to say.
  scopeOf(kind, scope);
  const decoded = decodeBody(kind, input, options);
  await takeBreak(options);
  settleNamespace(kind, decoded.object.metadata, namespace);
  checkName(decoded.object.metadata, name);
  const written = await retryOnConflict(
    context,
    ATTEMPTS,
    () => attemptUpdate(context, kind, namespace, name, decoded, options, scope),
    () => writeError(kind, name, 'conflict'),
  );
  return answerOf(context, kind, written, options);
}

async function attemptUpdate(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  name: string,
  decoded: Decoded,
  options: WriteOptions,
  scope: UpdateScopeName,
): Promise<Written | typeof RETRY> {
  const stored = await context.objects.get(kind.id, namespace, name);
  if (stored === undefined) {
    if (scope === 'main' && kind.definition.createOnUpdate === true) {
      checkUid(kind, name, decoded.object.metadata, '');
      return createMissing(context, kind, namespace, decoded, options);
    }
    throw notFound(kind.resource, name);
  }
  const wanted = await clonePaced(decoded.object, paced(options, stored));
  requireVersion(kind, wanted.metadata, name);
  checkUpdatePreconditions(kind, wanted.metadata, stored);
  const outcome = await writeUpdate(context, kind, lazyBefore(stored), wanted, scope, options);
  if (outcome.ok) {
    return { object: outcome.object, warnings: [...decoded.warnings, ...outcome.warnings], created: false };
  }
  if (outcome.reason !== 'conflict') {
    throw writeError(kind, name, outcome.reason);
  }
  return RETRY;
}

/**
 * A rival's create in between turns this back into an update. A version is not looked at: so a writer that has seen the
 * object makes it again. Source: registry/store.go, Update.
 */
async function createMissing(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  decoded: Decoded,
  options: WriteOptions,
): Promise<Written | typeof RETRY> {
  try {
    const own = { ...decoded, object: cloneJson(decoded.object) };
    delete own.object.metadata.resourceVersion;
    return await createDecoded(context, kind, namespace, own, options);
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'AlreadyExists') {
      return RETRY;
    }
    throw error;
  }
}
