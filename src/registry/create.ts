/** POST: one object. */
import { alreadyExists, StatusError } from '../errors.ts';
import type { Write } from '../storage/object-store.ts';
import { decodeObject, type StoredObject } from '../storage/stored-object.ts';
import { takeBreak } from './break.ts';
import { cloneJson } from './clone-json.ts';
import { commit, storedFrom, type WriteFailure, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { type Decoded, decodeBody } from './decode-body.ts';
import { GENERATE_NAME_ATTEMPTS, generatedNameTaken, generateName } from './generate-name.ts';
import { type CreateOptions, prepareCreate } from './hook-order.ts';
import type { WriteOptions, Written } from './registry.ts';
import { RETRY, retryOnConflict } from './retry-on-conflict.ts';
import { createWrite } from './stored-columns.ts';

export async function create(
  context: RegistryContext,
  id: string,
  namespace: string,
  input: unknown,
  options: WriteOptions = {},
): Promise<Written> {
  const kind = kindOf(context, id);
  const decoded = decodeBody(kind, input, options);
  await takeBreak(options);
  return createDecoded(context, kind, namespace, decoded, options);
}

/** Also for a PUT of a kind that may be created so. Takes over `decoded.object`; a retry prepares it anew. */
export async function createDecoded(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  decoded: Decoded,
  options: CreateOptions,
): Promise<Written> {
  const { name = '', generateName: base = '' } = decoded.object.metadata;
  const generated = name === '' && base !== '';
  const preparing = generated ? { ...options, generatedFrom: base } : options;
  let lastName = name;
  let isClaimed = false;
  // Addresses and ports that an attempt allocated must not look like the client's own wishes to the next attempt.
  const asSent = kind.definition.allocation === undefined ? undefined : cloneJson(decoded.object);
  return retryOnConflict(
    context,
    GENERATE_NAME_ATTEMPTS,
    async () => {
      const object = asSent === undefined ? decoded.object : cloneJson(asSent);
      if (generated) {
        lastName = generateName(base, context.random);
        object.metadata.name = lastName;
      }
      const { body, warnings } = await prepareCreate(context, kind, namespace, object, preparing);
      await takeBreak(options);
      const write = createWrite(kind, object, body, options.fence);
      const taken = options.dryRun === true && (await holderOf(context, kind, write)) !== undefined;
      const result = taken ? ({ ok: false, reason: 'exists' } as const) : await commit(context, write, options.dryRun);
      if (result.ok) {
        const all = [...decoded.warnings, ...warnings];
        return { object: storedFrom(write, result.revision), warnings: all, created: true };
      }
      isClaimed = result.reason === 'claimed';
      if (isClaimed || (generated && result.reason === 'exists')) {
        return RETRY;
      }
      throw await createRefusal(context, kind, write, result.reason);
    },
    () => (isClaimed ? writeError(kind, lastName, 'claimed') : generatedNameTaken(kind, lastName)),
  );
}

const holderOf = (
  context: RegistryContext,
  kind: Kind,
  { namespace, name }: Write,
): Promise<StoredObject | undefined> => context.objects.get(kind.id, namespace, name);

export const createRefusal = async (
  context: RegistryContext,
  kind: Kind,
  write: Write,
  reason: WriteFailure,
): Promise<StatusError> =>
  reason === 'exists'
    ? takenError(kind, write.name, await holderOf(context, kind, write))
    : writeError(kind, write.name, reason);

/** "object is being deleted" tells clients that the name will soon be free. Source: registry/generic/registry/store.go. */
function takenError(kind: Kind, name: string, holder: StoredObject | undefined): StatusError {
  const error = alreadyExists(kind.resource, name);
  const isEnding = holder !== undefined && decodeObject(holder).metadata.deletionTimestamp !== undefined;
  return isEnding ? new StatusError(error.reason, `object is being deleted: ${error.message}`, error.details) : error;
}
