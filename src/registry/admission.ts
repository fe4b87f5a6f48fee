/**
 * Admission: what may refuse or complete a request after defaults and before validation; an update, which it only
 * refuses, after that. One table line a plugin; plugins may read the store through the context, and may change `object`
 * on a create only.
 */
import type { Requester } from '../resources/define-resource.ts';
import type { KubeObject } from '../values/object.ts';
import { certificateSubjectRestriction } from './certificate-subject.ts';
import type { Kind, RegistryContext } from './context.ts';
import { defaultIngressClass, defaultStorageClass } from './default-classes.ts';
import { defaultTolerations } from './default-tolerations.ts';
import { namespaceLifecycle } from './namespace-lifecycle.ts';
import { newNodeTaint } from './new-node-taint.ts';
import { nodeRestriction } from './node-restriction.ts';
import { priorityAdmission } from './priority-admission.ts';
import { runtimeClassAdmission } from './runtime-class-admission.ts';
import { serviceAccountAdmission } from './service-account-admission.ts';
import { storageProtection } from './storage-protection.ts';

export interface AdmissionRequest {
  readonly operation: 'create' | 'update' | 'delete';
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  /** Of a create: the prefix that the name was made of. */
  readonly generatedFrom?: string;
  readonly object: KubeObject;
  /** Of an update: as it is stored. */
  readonly old?: KubeObject;
  /** `status`, `eviction`, or another part that alone is written. */
  readonly subresource?: string;
  /** Who asks; undefined: we ourselves. */
  readonly user?: Requester;
}
export interface AdmissionPlugin {
  readonly name: string;
  /** It also looks at writes of parts. */
  readonly everywhere?: true;
  /** Refuses by throwing a StatusError. */
  readonly admit: (context: RegistryContext, request: AdmissionRequest) => Promise<void> | void;
}

const PLUGINS: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccountAdmission,
  priorityAdmission,
  defaultTolerations,
  runtimeClassAdmission,
  defaultIngressClass,
  defaultStorageClass,
  storageProtection,
  certificateSubjectRestriction,
  nodeRestriction,
  newNodeTaint,
];

const OF_PARTS = PLUGINS.filter(({ everywhere }) => everywhere === true);

export async function admit(context: RegistryContext, request: AdmissionRequest): Promise<void> {
  for (const plugin of request.subresource === undefined ? PLUGINS : OF_PARTS) {
    const pending = plugin.admit(context, request);
    if (pending !== undefined) {
      await pending;
    }
  }
}
