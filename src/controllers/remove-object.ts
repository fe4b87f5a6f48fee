/** Deletes exactly one object: one of another UID stays, one that is gone is well. */
import { StatusError } from '../errors.ts';
import type { DeleteOptions, Fence, Registry, ResourceId } from '../registry/registry.ts';

interface Target {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}

/** Throws Conflict when another object has its name, and what else the registry throws but NotFound. */
export async function removeObject(
  registry: Registry,
  id: ResourceId,
  { namespace = '', name = '', uid = '' }: Target,
  fence: Fence,
  options: DeleteOptions = {},
): Promise<void> {
  try {
    await registry.delete(id, namespace, name, { ...options, preconditions: { uid }, fence });
  } catch (error) {
    if (!(error instanceof StatusError && error.reason === 'NotFound')) {
      throw error;
    }
  }
}
