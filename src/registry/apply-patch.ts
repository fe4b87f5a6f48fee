/** The three JSON patch forms as one pure function; which form may be used where is the table's to say. */
import { badRequest } from '../errors.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import { strategyOf } from '../resources/patch-strategy.ts';
import { applyJsonPatch } from '../values/json-patch.ts';
import { applyMergePatch } from '../values/merge-patch.ts';
import type { Json, KubeObject } from '../values/object.ts';
import { applyStrategicMergePatch } from '../values/strategic-merge-patch.ts';
import { asObject } from './json-object.ts';
import type { PatchType } from './registry.ts';

/** `definition` undefined: an object without a schema of its own (Scale), merged by plain rules. */
export function applyPatch(
  definition: ResourceDefinition | undefined,
  current: KubeObject,
  { type, patch }: { readonly type: PatchType; readonly patch: unknown },
): unknown {
  const document = current as unknown as Json;
  if (type === 'json') {
    return applyJsonPatch(document, patch);
  }
  const body = asObject(patch, 'map[string]interface {}', type === 'merge' ? 'error decoding patch: ' : '') as {
    [key: string]: Json;
  };
  if (type === 'merge' || definition === undefined) {
    return applyMergePatch(document, body);
  }
  const strategy = strategyOf(definition);
  if (strategy === undefined) {
    throw badRequest('strategic merge patch is not supported by this kind');
  }
  return applyStrategicMergePatch(document, body, strategy);
}
