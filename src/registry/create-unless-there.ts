/** A create of what the system wants to be there, by whichever process is first. */
import { StatusError } from '../errors.ts';
import type { Registry, ResourceId, WriteOptions } from './registry.ts';

/** Who makes what every cluster has. */
export const API_SERVER = { component: 'kube-apiserver' } as const;

/** Those of `harmless` reasons are nothing to be done about: another was first, for one. */
export async function createUnlessThere(
  registry: Pick<Registry, 'create'>,
  id: ResourceId,
  namespace: string,
  object: object,
  options: WriteOptions = {},
  harmless: readonly string[] = ['AlreadyExists'],
): Promise<void> {
  try {
    await registry.create(id, namespace, object, options);
  } catch (error) {
    if (!(error instanceof StatusError && harmless.includes(error.reason))) {
      throw error;
    }
  }
}
