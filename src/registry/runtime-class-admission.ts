/**
 * RuntimeClass: a pod names a class that there is, costs what the class costs beside its containers, and goes where the
 * class may. Source: plugin/pkg/admission/runtimeclass and pkg/util/tolerations, 1.34.
 */
import type { Toleration } from '../resources/pod/pod-spec.ts';
import { isSameJson } from '../values/same-json.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { admissionRefusal } from './admission-refusal.ts';
import type { RuntimeClass } from './object-lookup.ts';

interface PodSpec {
  runtimeClassName?: string;
  overhead?: Readonly<Record<string, string>>;
  nodeSelector?: Record<string, string>;
  tolerations?: readonly Toleration[];
}

const isEqual = ({ operator = 'Equal' }: Toleration): boolean => operator === '' || operator === 'Equal';

/** Does `wide` tolerate all that `narrow` does? */
function covers(wide: Toleration, narrow: Toleration): boolean {
  const { key = '', effect = '', operator = '', value = '', tolerationSeconds: seconds } = wide;
  if (isSameJson(wide, narrow)) {
    return true;
  }
  if (key !== (narrow.key ?? '') && (key !== '' || operator !== 'Exists')) {
    return false;
  }
  if (effect !== '' && effect !== (narrow.effect ?? '')) {
    return false;
  }
  if (effect === 'NoExecute' && seconds !== undefined && (narrow.tolerationSeconds ?? Infinity) > seconds) {
    return false;
  }
  return isEqual(wide) ? isEqual(narrow) && value === (narrow.value ?? '') : operator === 'Exists';
}

/** Of equal ones the first stays. */
function merged(all: readonly Toleration[]): Toleration[] {
  const kept: Toleration[] = [];
  all.forEach((one, index) => {
    const isWider = (other: Toleration): boolean => !isSameJson(one, other) && covers(other, one);
    if (!kept.some((other) => covers(other, one)) && !all.slice(index + 1).some(isWider)) {
      kept.push(one);
    }
  });
  return kept;
}

type Refuse = (why: string) => never;

function setOverhead(spec: PodSpec, { overhead }: RuntimeClass, refuse: Refuse): void {
  if (overhead?.podFixed === undefined) {
    refuseOverhead(spec, refuse);
    return;
  }
  if (spec.overhead !== undefined && !isSameJson(spec.overhead, overhead.podFixed)) {
    refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  spec.overhead = overhead.podFixed;
}

function refuseOverhead({ overhead = {} }: PodSpec, refuse: Refuse): void {
  if (Object.keys(overhead).length > 0) {
    refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }
}

function setScheduling(spec: PodSpec, { scheduling }: RuntimeClass, refuse: Refuse): void {
  const { nodeSelector = {}, tolerations = [] } = scheduling ?? {};
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      refuse(
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      );
    }
  }
  if (Object.keys(nodeSelector).length > 0) {
    spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  }
  if (tolerations.length > 0) {
    spec.tolerations = merged([...(spec.tolerations ?? []), ...tolerations]);
  }
}

function refusing(request: AdmissionRequest): Refuse {
  return (why) => {
    throw admissionRefusal(request, why);
  };
}

function complete(request: AdmissionRequest, spec: PodSpec, found: RuntimeClass | undefined): void {
  const refuse = refusing(request);
  if (found === undefined) {
    throw refuse(`pod rejected: RuntimeClass ${JSON.stringify(spec.runtimeClassName)} not found`);
  }
  setOverhead(spec, found, refuse);
  setScheduling(spec, found, refuse);
}

export const runtimeClassAdmission: AdmissionPlugin = {
  name: 'RuntimeClass',
  admit({ runtimeClasses }, request) {
    const { kind, operation, object } = request;
    if (kind.id !== 'pods' || operation !== 'create') {
      return undefined;
    }
    const spec = (object.spec ?? {}) as PodSpec;
    if (spec.runtimeClassName === undefined) {
      return refuseOverhead(spec, refusing(request));
    }
    const found = runtimeClasses.find('', spec.runtimeClassName, true);
    return found instanceof Promise
      ? found.then((later) => complete(request, spec, later))
      : complete(request, spec, found);
  },
};
