/** Kernel parameters of a pod. Source: pkg/apis/core/validation, validateSysctls, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isSysctlName, SYSCTL_RULE, sysctlNamespace } from '../../values/kubelet-configuration/sysctls.ts';
import { duplicateField, invalidField, requiredField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import type { PodSpec } from './pod-spec.ts';

type Host = Pick<PodSpec, 'hostNetwork' | 'hostIPC'>;
type SpecOfHost = Host & Pick<PodSpec, 'securityContext'>;

function checkName(path: string, name: string, isRepeated: boolean): StatusCause[] {
  if (name === '') {
    return [requiredField(path)];
  }
  if (!isSysctlName(name)) {
    return [invalidField(path, name, SYSCTL_RULE)];
  }
  return isRepeated ? [duplicateField(path, name)] : [];
}

function sharedNamespace(name: string, { hostNetwork, hostIPC }: Host): 'hostNetwork' | 'hostIPC' | undefined {
  const namespace = sysctlNamespace(name);
  if (namespace === 'Net' && hostNetwork === true) {
    return 'hostNetwork';
  }
  return namespace === 'IPC' && hostIPC === true ? 'hostIPC' : undefined;
}

/** Of a namespace that it shares with the host a pod sets nothing. */
function checkShared(path: string, name: string, host: Host): StatusCause[] {
  const shared = sharedNamespace(name, host);
  return shared === undefined ? [] : [invalidField(path, name, `may not be specified when '${shared}' is true`)];
}

const setsShared = (spec: SpecOfHost): boolean =>
  (spec.securityContext?.sysctls ?? []).some(({ name = '' }) => sharedNamespace(name, spec) !== undefined);

/** `old`, on an update: a pod that set something of the host's may go on to. */
export function checkSysctls(path: string, spec: SpecOfHost, old: SpecOfHost | undefined): StatusCause[] {
  const names = (spec.securityContext?.sysctls ?? []).map(({ name = '' }) => name);
  const isRepeated = repeatsOf(names);
  const isSpared = old !== undefined && setsShared(old);
  return names.flatMap((name, index) => {
    const at = `${path}[${index}].name`;
    return [...checkName(at, name, isRepeated(index)), ...(isSpared ? [] : checkShared(at, name, spec))];
  });
}
