/**
 * Priority: a pod that names a class gets its number and its policy. Source: plugin/pkg/admission/priority, 1.34. The
 * classes that every cluster has are the kind's own to resolve; a class with `globalDefault` is not looked for.
 */
import { forbidden } from '../errors.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { AdmissionPlugin } from './admission.ts';
import type { Kind, RegistryContext } from './context.ts';

interface PodSpec {
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
}
interface PriorityClass extends KubeObject {
  value?: number;
  preemptionPolicy?: string;
}

const SYSTEM = 'system-';

async function resolve(
  context: RegistryContext,
  kind: Kind,
  name: string,
  spec: PodSpec,
  className: string,
): Promise<void> {
  const stored = await context.objects.get('priorityclasses.scheduling.k8s.io', '', className);
  if (stored === undefined) {
    throw forbidden(kind.resource, name, `no PriorityClass with name ${className} was found`);
  }
  const { value = 0, preemptionPolicy = 'PreemptLowerPriority' } = decodeObject<PriorityClass>(stored);
  spec.priority = value;
  spec.preemptionPolicy = preemptionPolicy;
}

export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  admit(context, { kind, operation, name, object }) {
    if (kind.id !== 'pods' || operation !== 'create') {
      return;
    }
    const spec = (object.spec ?? {}) as PodSpec;
    const { priorityClassName = '' } = spec;
    return priorityClassName === '' || priorityClassName.startsWith(SYSTEM)
      ? undefined
      : resolve(context, kind, name, spec, priorityClassName);
  },
};
