/**
 * What no two objects of a kind may have both: given and looked at here, and claimed in the transaction of the write,
 * which is refused as `claimed` when a rival was faster. Whoever is refused looks again.
 */
import { invalid } from '../errors.ts';
import type { KubeObject } from '../values/object.ts';
import type { Kind, RegistryContext } from './context.ts';

/** May change `object`. Throws Invalid. Answers whether the kind has anything to allocate. */
export async function allocate(
  context: RegistryContext,
  { definition, id }: Kind,
  object: KubeObject,
): Promise<boolean> {
  const { allocation, group, kind, namespaced } = definition;
  if (allocation === undefined) {
    return false;
  }
  const { name = '', namespace = '' } = object.metadata;
  const holder = { namespace: namespaced ? namespace : '', name };
  const causes = await allocation.settle(object, async (claims) =>
    claims.length === 0 ? new Set() : context.objects.claimedByOthers(id, claims, holder),
  );
  if (causes.length > 0) {
    throw invalid({ group, kind }, name, causes);
  }
  return true;
}
