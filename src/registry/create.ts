/** POST: one object. */
import { commit, storedFrom, writeError } from './commit.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import { type Decoded, decodeBody } from './decode-body.ts';
import { GENERATE_NAME_ATTEMPTS, generatedNameTaken, generateName } from './generate-name.ts';
import { prepareCreate } from './hook-order.ts';
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
  return createDecoded(context, kind, namespace, decodeBody(kind, input, options), options);
}

/** Also for a PUT of a kind that may be created so. Takes over `decoded.object`; a retry prepares it anew. */
export async function createDecoded(
  context: RegistryContext,
  kind: Kind,
  namespace: string,
  decoded: Decoded,
  options: WriteOptions,
): Promise<Written> {
  const { name = '', generateName: base = '' } = decoded.object.metadata;
  const generated = name === '' && base !== '';
  let lastName = name;
  return retryOnConflict(
    context,
    GENERATE_NAME_ATTEMPTS,
    async () => {
      const { object } = decoded;
      if (generated) {
        lastName = generateName(base, context.random);
        object.metadata.name = lastName;
      }
      const warnings = await prepareCreate(context, kind, namespace, object);
      const write = createWrite(kind, object, options.fence);
      const taken = options.dryRun === true && (await isTaken(context, kind, write.namespace, write.name));
      const result = taken ? ({ ok: false, reason: 'exists' } as const) : await commit(context, write, options.dryRun);
      if (result.ok) {
        const all = [...decoded.warnings, ...warnings];
        return { object: storedFrom(write, result.revision), warnings: all, created: true };
      }
      if (generated && result.reason === 'exists') {
        return RETRY;
      }
      throw writeError(kind, write.name, result.reason);
    },
    () => generatedNameTaken(kind, lastName),
  );
}

const isTaken = async (context: RegistryContext, kind: Kind, namespace: string, name: string): Promise<boolean> =>
  (await context.objects.get(kind.id, namespace, name)) !== undefined;
