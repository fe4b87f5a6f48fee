/** Namespace lifecycle: a terminating namespace is emptied of every namespaced kind, then finalized. */
import { eachKey } from '../../queue/each-key.ts';
import { decodeObject } from '../../registry/registry.ts';
import { resourceId, STORED_RESOURCES } from '../../resources/index.ts';
import type { ControllerDefinition } from '../controller.ts';
import { emptyNamespace, NAMESPACES, type Namespace } from './empty-namespace.ts';

const NAME = 'controller/namespace';
const KINDS = STORED_RESOURCES.filter(({ namespaced }) => namespaced).map(resourceId);

export const namespaceController: ControllerDefinition = {
  name: NAME,
  triggers: [
    {
      resource: NAMESPACES,
      dueOn: ({ after }) =>
        after?.metadata.deletionTimestamp === undefined ? [] : [{ shard: NAME, key: after.metadata.name ?? '' }],
    },
  ],
  create: (context) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (name, run) => {
        const stored = await context.registry.find(NAMESPACES, '', name);
        const namespace = stored === undefined ? undefined : decodeObject<Namespace>(stored);
        return namespace?.metadata.deletionTimestamp === undefined
          ? {}
          : emptyNamespace(context, KINDS, namespace, run);
      },
    }),
  }),
};
