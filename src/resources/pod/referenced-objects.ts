/**
 * What a pod needs from the API: found by the fields that name it, wherever in the spec they stand. Pure.
 * Source: pkg/api/v1/pod/util.go, VisitPodSecretNames and VisitPodConfigmapNames; the node authorizer's graph, 1.34.
 */
import type { KubeObject } from '../../values/object.ts';

/** The fields of a spec that name something, with what they name and by which member. */
const REFERENCES: Readonly<Record<string, readonly (readonly [resource: string, member: string])[]>> = {
  secretKeyRef: [['secrets', 'name']],
  // Of envFrom, and of the volumes of CephFS, Cinder, Flex, iSCSI, RBD, ScaleIO and StorageOS.
  secretRef: [['secrets', 'name']],
  imagePullSecrets: [['secrets', 'name']],
  secret: [
    ['secrets', 'secretName'],
    ['secrets', 'name'],
  ],
  azureFile: [['secrets', 'secretName']],
  nodePublishSecretRef: [['secrets', 'name']],
  configMapKeyRef: [['configmaps', 'name']],
  configMapRef: [['configmaps', 'name']],
  configMap: [['configmaps', 'name']],
  persistentVolumeClaim: [['persistentvolumeclaims', 'claimName']],
};

type Fields = Readonly<Record<string, unknown>>;

function collect(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [field, child] of Object.entries(value)) {
    for (const [resource, member] of Object.hasOwn(REFERENCES, field) ? (REFERENCES[field] ?? []) : []) {
      for (const each of Array.isArray(child) ? child : [child]) {
        const name = (each as Fields | null)?.[member];
        if (typeof name === 'string' && name !== '') {
          found.add(`${resource}/${name}`);
        }
      }
    }
    collect(child, found);
  }
}

/** `resource/name` of each. */
export function referencedObjects({ metadata, spec }: Pick<KubeObject, 'metadata'> & { spec?: unknown }): Set<string> {
  const found = new Set<string>();
  collect(spec, found);
  const { volumes } = (spec ?? {}) as Fields;
  for (const volume of Array.isArray(volumes) ? (volumes as Fields[]) : []) {
    // The claim of a generic ephemeral volume is named after the pod and the volume.
    if ((volume['ephemeral'] ?? undefined) !== undefined) {
      found.add(`persistentvolumeclaims/${metadata.name ?? ''}-${String(volume['name'])}`);
    }
  }
  return found;
}
