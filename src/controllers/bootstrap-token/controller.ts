/** Deletes bootstrap tokens when they expire. Source: pkg/controller/bootstrap/tokencleaner.go, 1.34. */
import { eachKey } from '../../queue/each-key.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { ControllerDefinition } from '../controller.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { removeObject } from '../remove-object.ts';

const NAME = 'controller/bootstrap-token';
const SECRETS = 'secrets';
const NAMESPACE = 'kube-system';

interface TokenSecret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

/** When the token goes, milliseconds since the epoch; undefined: never. */
export function expiryOf({ metadata, type, data = {} }: TokenSecret): number | undefined {
  const expiration = Buffer.from(data['expiration'] ?? '', 'base64').toString();
  return type !== 'bootstrap.kubernetes.io/token' || metadata.namespace !== NAMESPACE
    ? undefined
    : parseTime(expiration);
}

const secretTrigger: Trigger = {
  resource: SECRETS,
  dueOn: ({ before, after }) => {
    const expiry = after && expiryOf(after);
    return after !== undefined && expiry !== undefined && expiry !== (before && expiryOf(before))
      ? [{ shard: NAME, key: namespacedKey(after) }]
      : [];
  },
};

export const bootstrapTokenController: ControllerDefinition = {
  name: NAME,
  triggers: [secretTrigger],
  create: ({ registry, clock }) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (key, { lease }) => {
        const { namespace, name } = parseKey(key);
        const stored = await registry.find(SECRETS, namespace, name);
        const expiry = stored === undefined ? undefined : expiryOf(decodeObject<TokenSecret>(stored));
        if (stored === undefined || expiry === undefined) {
          return {};
        }
        const left = expiry - clock.now();
        if (left > 0) {
          return { requeueAfterMs: left };
        }
        await removeObject(registry, SECRETS, stored, lease);
        return {};
      },
    }),
  }),
};
