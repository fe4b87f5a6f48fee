/** Many creates of one kind as clients sent them: each body is checked as by a POST, each has an outcome of its own. */
import type { Write, WriteResult } from '../storage/object-store.ts';
import { commitEach } from './commit.ts';
import type { Kind, RegistryContext } from './context.ts';
import { createRefusal } from './create.ts';
import { type CreateMode, createMany } from './create-all.ts';
import { decodeBody } from './decode-body.ts';
import type { WriteOptions, Written } from './registry.ts';

/** Nothing is stored, so what would clash is looked up. Creates of one dry run do not see each other. */
async function rehearseCreates(context: RegistryContext, kind: Kind, writes: readonly Write[]): Promise<WriteResult[]> {
  const keyOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;
  const taken = new Set((await context.objects.getMany(kind.id, writes)).map(keyOf));
  return writes.map((write) => (taken.has(keyOf(write)) ? { ok: false, reason: 'exists' } : { ok: true, revision: 0 }));
}

const AS_SENT: CreateMode<unknown> = {
  read: decodeBody,
  commit: (context, kind, writes, dryRun) =>
    dryRun ? rehearseCreates(context, kind, writes) : commitEach(context, writes),
  refusal: createRefusal,
};

/** Takes the objects out of `objects`: each is let go of once it is encoded. */
export const createAllSent = (
  context: RegistryContext,
  id: string,
  objects: unknown[],
  options: WriteOptions = {},
): Promise<(Written | Error)[]> => createMany(context, AS_SENT, id, objects, options);
