/** A controller that deletes objects when their time is over. The timer is a due row, so it survives every crash. */
import { eachKey } from '../queue/each-key.ts';
import { type DeleteOptions, decodeObject, type ResourceId } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import type { ControllerDefinition } from './controller.ts';
import { namespacedKey, parseKey } from './namespaced-key.ts';
import { removeObject } from './remove-object.ts';

export interface Expiry {
  readonly name: string;
  readonly resource: ResourceId;
  /** When the object goes, milliseconds since the epoch; undefined: never, as things are. Pure. */
  readonly expiryOf: (object: KubeObject) => number | undefined;
  readonly deletion?: DeleteOptions;
}

export const deleteWhenDue = ({ name: shard, resource, expiryOf, deletion = {} }: Expiry): ControllerDefinition => ({
  name: shard,
  triggers: [
    {
      resource,
      dueOn: ({ before, after }) => {
        const expiry = after && expiryOf(after);
        return after !== undefined && expiry !== undefined && expiry !== (before && expiryOf(before))
          ? [{ shard, key: namespacedKey(after) }]
          : [];
      },
    },
  ],
  create: ({ registry, clock }) => ({
    reconciler: eachKey({
      name: shard,
      reconcile: async (key, { lease }) => {
        const { namespace, name } = parseKey(key);
        const stored = await registry.find(resource, namespace, name);
        const expiry = stored === undefined ? undefined : expiryOf(decodeObject(stored));
        if (stored === undefined || expiry === undefined) {
          return {};
        }
        const left = expiry - clock.now();
        if (left > 0) {
          return { requeueAfterMs: left };
        }
        await removeObject(registry, resource, stored, lease, deletion);
        return {};
      },
    }),
  }),
});
