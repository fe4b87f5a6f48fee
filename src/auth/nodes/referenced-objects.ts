/** What a pod needs from the API: found by the fields that name it, wherever in the spec they stand. Pure. */

/** The fields of a spec that name something, with what they name and by which member. */
const REFERENCES: Readonly<Record<string, readonly (readonly [resource: string, member: string])[]>> = {
  secretKeyRef: [['secrets', 'name']],
  secretRef: [['secrets', 'name']],
  imagePullSecrets: [['secrets', 'name']],
  secret: [
    ['secrets', 'secretName'],
    ['secrets', 'name'],
  ],
  nodePublishSecretRef: [['secrets', 'name']],
  configMapKeyRef: [['configmaps', 'name']],
  configMapRef: [['configmaps', 'name']],
  configMap: [['configmaps', 'name']],
  persistentVolumeClaim: [['persistentvolumeclaims', 'claimName']],
};

/** `resource/name` of each. */
export function referencedObjects(spec: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof spec !== 'object' || spec === null) {
    return found;
  }
  for (const [field, value] of Object.entries(spec)) {
    for (const [resource, member] of Object.hasOwn(REFERENCES, field) ? (REFERENCES[field] ?? []) : []) {
      for (const each of Array.isArray(value) ? value : [value]) {
        const name = (each as Record<string, unknown> | null)?.[member];
        if (typeof name === 'string') {
          found.add(`${resource}/${name}`);
        }
      }
    }
    referencedObjects(value, found);
  }
  return found;
}
