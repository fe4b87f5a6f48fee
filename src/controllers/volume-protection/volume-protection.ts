/** A volume that is deleted stays while it is bound to a claim. Source: controller/volume/pvprotection, 1.34. */
import type { Trigger } from '../../registry/registry.ts';
import { VOLUME_PROTECTION } from '../../values/storage-finalizers.ts';
import type { ControllerDefinition } from '../controller.ts';
import { VOLUMES, type Volume } from '../kinds/volume.ts';
import { namespacedKey } from '../namespaced-key.ts';
import { needsLook, protect } from './protection.ts';

const NAME = 'controller/persistentvolume-protection';

const trigger: Trigger = {
  resource: VOLUMES,
  dueOn: ({ after }) =>
    after !== undefined && needsLook(after, VOLUME_PROTECTION) ? [{ shard: NAME, key: namespacedKey(after) }] : [],
};

export const volumeProtectionController: ControllerDefinition = {
  name: NAME,
  triggers: [trigger],
  create: (context) =>
    protect<Volume>(context, {
      ...{ name: NAME, resource: VOLUMES, finalizer: VOLUME_PROTECTION },
      isHeld: ({ status }) => status?.phase === 'Bound',
    }),
};
