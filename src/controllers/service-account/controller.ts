/** Every namespace has an account named `default`. Source: pkg/controller/serviceaccount/serviceaccounts_controller.go. */
import { StatusError } from '../../errors.ts';
import { eachKey } from '../../queue/each-key.ts';
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerDefinition } from '../controller.ts';

const NAME = 'controller/service-account';
const ACCOUNT = 'default';
/** A look at all namespaces: for those that were there before this controller was. */
const ALL = '*';
const ALL_EVERY_MS = 60_000;

const isEnding = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

async function ensureAccount(registry: Registry, namespace: string, fence: Fence): Promise<void> {
  if ((await registry.find('serviceaccounts', namespace, ACCOUNT)) !== undefined) {
    return;
  }
  try {
    await registry.create('serviceaccounts', namespace, { metadata: { name: ACCOUNT, namespace } }, { fence });
  } catch (error) {
    // Made meanwhile, or the namespace has begun to end.
    if (!(error instanceof StatusError && ['AlreadyExists', 'Forbidden', 'NotFound'].includes(error.reason))) {
      throw error;
    }
  }
}

async function namespacesToLookAt(registry: Registry, key: string): Promise<KubeObject[]> {
  if (key === ALL) {
    return (await registry.list('namespaces', {})).items.map((item) => decodeObject(item));
  }
  const stored = await registry.find('namespaces', '', key);
  return stored === undefined ? [] : [decodeObject(stored)];
}

export const serviceAccountController: ControllerDefinition = {
  name: NAME,
  triggers: [
    {
      resource: 'namespaces',
      dueOn: ({ before, after }) =>
        before === undefined && after !== undefined ? [{ shard: NAME, key: after.metadata.name ?? '' }] : [],
    },
    {
      resource: 'serviceaccounts',
      dueOn: ({ before, after }) =>
        after === undefined && before?.metadata.name === ACCOUNT
          ? [{ shard: NAME, key: before.metadata.namespace ?? '' }]
          : [],
    },
  ],
  create: ({ registry }) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (key, { lease, signal }) => {
        for (const namespace of await namespacesToLookAt(registry, key)) {
          signal.throwIfAborted();
          if (!isEnding(namespace)) {
            await ensureAccount(registry, namespace.metadata.name ?? '', lease);
          }
        }
        return {};
      },
    }),
    periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }],
  }),
};
