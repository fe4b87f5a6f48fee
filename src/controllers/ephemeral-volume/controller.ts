/**
 * Makes the claims of pods' generic ephemeral volumes. They are the pod's, and go with it.
 * Source: controller/volume/ephemeral/controller.go.
 */
import { eachKey } from '../../queue/each-key.ts';
import { decodeObject, type Fence, type Registry } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerDefinition } from '../controller.ts';
import { createUnlessEnding } from '../each-namespace.ts';
import type { Emit } from '../events.ts';
import type { Pod, PodVolume } from '../kinds/pod.ts';
import { CLAIMS } from '../kinds/volume.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { controllerOf } from '../owner-references.ts';

const NAME = 'controller/ephemeral-volume';

const ephemeralsOf = ({ spec }: Pod): PodVolume[] =>
  (spec.volumes ?? []).filter(({ ephemeral }) => ephemeral?.volumeClaimTemplate !== undefined);

function newClaim({ metadata: pod }: Pod, { name, ephemeral }: PodVolume): KubeObject {
  const { metadata: { labels, annotations } = {}, spec } = ephemeral?.volumeClaimTemplate ?? { spec: {} };
  const owner = { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid };
  return {
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
    metadata: {
      ...{ name: `${pod.name}-${name}`, namespace: pod.namespace },
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec,
  };
}

async function makeClaim(registry: Registry, emit: Emit, pod: Pod, volume: PodVolume, fence: Fence): Promise<void> {
  const { namespace, name, uid } = pod.metadata;
  const claim = newClaim(pod, volume);
  const claimName = claim.metadata.name ?? '';
  const stored = await registry.find(CLAIMS, namespace, claimName);
  if (stored === undefined) {
    await createUnlessEnding(registry, CLAIMS, claim, fence);
  } else if (controllerOf(decodeObject(stored))?.uid !== uid) {
    const whose = `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`;
    emit(pod, 'Warning', 'EphemeralVolumeConflict', whose);
  }
}

export const ephemeralVolumeController: ControllerDefinition = {
  name: NAME,
  triggers: [
    {
      resource: 'pods',
      dueOn: ({ before, after }) =>
        before === undefined && after !== undefined && ephemeralsOf(after as Pod).length > 0
          ? [{ shard: NAME, key: namespacedKey(after) }]
          : [],
    },
    {
      // One that was deleted while its pod stays is made again.
      resource: CLAIMS,
      dueOn: ({ before, after }) => {
        const owner = before === undefined || after !== undefined ? undefined : controllerOf(before);
        const { namespace = '' } = before?.metadata ?? {};
        return owner?.kind === 'Pod' ? [{ shard: NAME, key: `${namespace}/${owner.name}` }] : [];
      },
    },
  ],
  create: (context) => {
    const { registry } = context;
    const emit = context.events('ephemeral_volume');
    return {
      reconciler: eachKey({
        name: NAME,
        reconcile: async (key, { lease }) => {
          const { namespace, name } = parseKey(key);
          const stored = await registry.find('pods', namespace, name);
          const pod = stored === undefined ? undefined : decodeObject<Pod>(stored);
          if (pod !== undefined && pod.metadata.deletionTimestamp === undefined) {
            for (const volume of ephemeralsOf(pod)) {
              await makeClaim(registry, emit, pod, volume, lease);
            }
          }
          return {};
        },
      }),
    };
  },
};
