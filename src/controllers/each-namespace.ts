/** Controllers that keep one object in every namespace that does not end. */
import { eachKey } from '../queue/each-key.ts';
import { createUnlessThere } from '../registry/create-unless-there.ts';
import { decodeObject, type Fence, type Registry, type Trigger } from '../registry/registry.ts';
import type { KubeObject } from '../values/object.ts';
import type { Controller } from './controller.ts';

/** A look at all namespaces: for those that were there before the controller was. */
const ALL = '*';
const ALL_EVERY_MS = 60_000;

const isEnding = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

async function namespacesToLookAt(registry: Registry, key: string): Promise<KubeObject[]> {
  if (key === ALL) {
    return (await registry.list('namespaces', {})).items.map((item) => decodeObject(item));
  }
  const stored = await registry.find('namespaces', '', key);
  return stored === undefined ? [] : [decodeObject(stored)];
}

/** What makes a new namespace due. */
export const newNamespaces = (shard: string): Trigger => ({
  resource: 'namespaces',
  dueOn: ({ before, after }) =>
    before === undefined && after !== undefined ? [{ shard, key: after.metadata.name ?? '' }] : [],
});

/** `keep` looks at one namespace, and does what it lacks. */
export const inEachNamespace = (
  name: string,
  registry: Registry,
  keep: (namespace: string, fence: Fence) => Promise<void>,
): Controller => ({
  reconciler: eachKey({
    name,
    reconcile: async (key, { lease, signal }) => {
      for (const namespace of await namespacesToLookAt(registry, key)) {
        signal.throwIfAborted();
        if (!isEnding(namespace)) {
          await keep(namespace.metadata.name ?? '', lease);
        }
      }
      return {};
    },
  }),
  periodic: [{ key: ALL, everyMs: ALL_EVERY_MS }],
});

/** Made meanwhile, or the namespace has begun to end: nothing to be done about. */
const HARMLESS = ['AlreadyExists', 'Forbidden', 'NotFound'];

export const createUnlessEnding = <T extends KubeObject>(
  registry: Registry,
  id: string,
  object: T,
  fence: Fence,
): Promise<void> => createUnlessThere(registry, id, object.metadata.namespace ?? '', object, { fence }, HARMLESS);
