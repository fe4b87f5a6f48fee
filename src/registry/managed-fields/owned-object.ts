/** The JSON that an object is, for the operations that know no kinds. */
import type { JsonObject, KubeObject } from '../../values/object.ts';

export const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;
