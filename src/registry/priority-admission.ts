/**
 * Priority: a pod gets the number and the policy of the class that it names, or of the one that is the default; and
 * only one class is that; the system's own stay. Source: plugin/pkg/admission/priority, 1.34.
 */
import { forbidden } from '../errors.ts';
import { SYSTEM_CLASSES } from '../resources/scheduling/system-classes.ts';
import { decodeObject } from '../storage/stored-object.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { admissionRefusal } from './admission-refusal.ts';
import type { RegistryContext } from './context.ts';
import { PRIORITY_CLASSES, type PriorityClass, readDefaultPriority } from './default-priority.ts';

interface PodSpec {
  priorityClassName?: string;
  priority?: number;
  preemptionPolicy?: string;
}
type Resolved = Pick<PriorityClass, 'value' | 'preemptionPolicy'>;

const specOf = ({ object }: AdmissionRequest): PodSpec => (object.spec ?? {}) as PodSpec;

/** A pod that says it all itself must not say anything else than its class. */
function complete(request: AdmissionRequest, { value = 0, preemptionPolicy: policy }: Resolved): void {
  const spec = specOf(request);
  const refuse = (what: string, given: number | string, computed: number | string): never => {
    const why =
      `the ${what} (${given}) must not be provided in pod spec; ` +
      `priority admission controller computed ${computed} from the given PriorityClass name`;
    throw admissionRefusal(request, why);
  };
  if (spec.priority !== undefined && spec.priority !== value) {
    refuse('integer value of priority', spec.priority, value);
  }
  const computed = policy ?? 'PreemptLowerPriority';
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== computed) {
    refuse('string value of PreemptionPolicy', spec.preemptionPolicy, computed);
  }
  spec.priority = value;
  spec.preemptionPolicy = computed;
}

async function useNamed(context: RegistryContext, request: AdmissionRequest, className: string): Promise<void> {
  const stored = await context.objects.get(PRIORITY_CLASSES, '', className);
  // A start makes the system's own anew where they are missing; until then they are what they always are.
  const found: Resolved | undefined =
    stored === undefined ? SYSTEM_CLASSES.find(({ name }) => name === className) : decodeObject<PriorityClass>(stored);
  if (found === undefined) {
    throw admissionRefusal(request, `no PriorityClass with name ${className} was found`);
  }
  complete(request, found);
}

function useDefault(request: AdmissionRequest, found: PriorityClass | undefined): void {
  if (found !== undefined) {
    specOf(request).priorityClassName = found.metadata.name ?? '';
  }
  complete(request, found ?? {});
}

function admitPod(context: RegistryContext, request: AdmissionRequest): Promise<void> | void {
  request.object.spec ??= {};
  const { priorityClassName = '' } = specOf(request);
  if (priorityClassName !== '') {
    return useNamed(context, request, priorityClassName);
  }
  const found = context.defaultPriority.find();
  return found instanceof Promise ? found.then((later) => useDefault(request, later)) : useDefault(request, found);
}

/** Reads the store itself: what is remembered may be a second old. */
async function admitClass({ objects }: RegistryContext, { kind, name, object }: AdmissionRequest): Promise<void> {
  const other = (object as PriorityClass).globalDefault === true ? await readDefaultPriority(objects) : undefined;
  if (other !== undefined && other.metadata.name !== name) {
    const why = `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`;
    throw forbidden(kind.resource, name, why);
  }
}

/** For clients. Source: pkg/registry/scheduling/priorityclass/storage/storage.go; there a deletion of all spares none. */
function admitDeletion({ kind, name, user }: AdmissionRequest): void {
  if (user !== undefined && SYSTEM_CLASSES.some((own) => own.name === name)) {
    throw forbidden(kind.resource, name, 'this is a system priority class and cannot be deleted');
  }
}

export const priorityAdmission: AdmissionPlugin = {
  name: 'Priority',
  admit(context, request) {
    const { kind, operation } = request;
    if (kind.id === 'pods' && operation === 'create') {
      return admitPod(context, request);
    }
    if (kind.id !== PRIORITY_CLASSES) {
      return undefined;
    }
    return operation === 'delete' ? admitDeletion(request) : admitClass(context, request);
  },
};
