/**
 * DefaultIngressClass and DefaultStorageClass: what names no class gets the one that is marked as default, of several
 * the newest. Source: plugin/pkg/admission/{network/defaultingressclass,storage/storageclass/setdefault}, 1.34.
 */
import { decodeObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { RegistryContext } from './context.ts';

interface ClassRule {
  /** Of what gets a class, and of the classes. */
  readonly resource: string;
  readonly classes: string;
  /** In `spec`. */
  readonly field: string;
  /** Named the class before there was a field. */
  readonly annotation: string;
  /** On the class; the first is today's. */
  readonly marks: readonly string[];
}

async function defaultClass({ objects }: RegistryContext, { classes, marks }: ClassRule): Promise<string | undefined> {
  const { items } = await objects.list({ resource: classes });
  const [first] = items
    .map((stored) => decodeObject(stored).metadata)
    .filter(({ annotations = {} }) => marks.some((mark) => annotations[mark] === 'true'))
    .map(({ name = '', creationTimestamp: time = '' }) => ({ name, time }))
    .sort((a, b) => (a.time === b.time ? (a.name < b.name ? -1 : 1) : a.time > b.time ? -1 : 1));
  return first?.name;
}

async function setDefault(context: RegistryContext, rule: ClassRule, object: KubeObject): Promise<void> {
  const name = await defaultClass(context, rule);
  if (name !== undefined) {
    object.spec = { ...(object.spec as object | undefined), [rule.field]: name };
  }
}

const plugin = (name: string, rule: ClassRule): AdmissionPlugin => ({
  name,
  admit(context, { kind, operation, object }) {
    if (kind.id !== rule.resource || operation !== 'create') {
      return undefined;
    }
    const spec = (object.spec ?? {}) as Record<string, unknown>;
    const isNamed = spec[rule.field] !== undefined || rule.annotation in (object.metadata.annotations ?? {});
    return isNamed ? undefined : setDefault(context, rule, object);
  },
});

export const defaultIngressClass = plugin('DefaultIngressClass', {
  resource: 'ingresses.networking.k8s.io',
  classes: 'ingressclasses.networking.k8s.io',
  field: 'ingressClassName',
  annotation: 'kubernetes.io/ingress.class',
  marks: ['ingressclass.kubernetes.io/is-default-class'],
});

export const defaultStorageClass = plugin('DefaultStorageClass', {
  resource: 'persistentvolumeclaims',
  classes: 'storageclasses.storage.k8s.io',
  field: 'storageClassName',
  annotation: 'volume.beta.kubernetes.io/storage-class',
  marks: ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'],
});
