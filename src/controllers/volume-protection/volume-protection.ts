/** A volume that is deleted stays while it is bound to a claim. Source: controller/volume/pvprotection, 1.34. */
import { eachKey } from '../../queue/each-key.ts';
import { decodeObject, type Trigger } from '../../registry/registry.ts';
import { VOLUME_PROTECTION } from '../../values/storage-finalizers.ts';
import type { ControllerDefinition } from '../controller.ts';
import { VOLUMES, type Volume } from '../kinds/volume.ts';
import { needsLook, settleFinalizer } from './settle-finalizer.ts';

const NAME = 'controller/persistentvolume-protection';

const isHeld = ({ metadata, status }: Volume): boolean =>
  metadata.deletionTimestamp !== undefined && status?.phase === 'Bound';

const trigger: Trigger = {
  resource: VOLUMES,
  dueOn: ({ after }) => {
    const volume = after as Volume | undefined;
    return volume !== undefined && needsLook(volume, VOLUME_PROTECTION) && !isHeld(volume)
      ? [{ shard: NAME, key: volume.metadata.name }]
      : [];
  },
};

export const volumeProtectionController: ControllerDefinition = {
  name: NAME,
  triggers: [trigger],
  create: ({ registry }) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (name, { lease }) => {
        const stored = await registry.find(VOLUMES, '', name);
        const volume = stored === undefined ? undefined : decodeObject<Volume>(stored);
        if (volume !== undefined && needsLook(volume, VOLUME_PROTECTION) && !isHeld(volume)) {
          await settleFinalizer(registry, VOLUMES, volume, VOLUME_PROTECTION, lease);
        }
        return {};
      },
    }),
  }),
};
