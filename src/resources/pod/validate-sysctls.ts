/** Kernel parameters of a pod. Source: pkg/apis/core/validation, validateSysctls, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isSysctlName, SYSCTL_RULE, sysctlNamespace } from '../../values/kubelet-configuration/sysctls.ts';
import { duplicateField, invalidField, requiredField } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import type { PodSpec } from './pod-spec.ts';

type Host = Pick<PodSpec, 'hostNetwork' | 'hostIPC'>;

function checkName(path: string, name: string, isRepeated: boolean): StatusCause[] {
  if (name === '') {
    return [requiredField(path)];
  }
  if (!isSysctlName(name)) {
    return [invalidField(path, name, SYSCTL_RULE)];
  }
  return isRepeated ? [duplicateField(path, name)] : [];
}

/** Of a namespace that it shares with the host a pod sets nothing. */
function checkShared(path: string, name: string, { hostNetwork, hostIPC }: Host): StatusCause[] {
  const namespace = sysctlNamespace(name);
  const shared =
    namespace === 'Net' && hostNetwork === true
      ? 'hostNetwork'
      : namespace === 'IPC' && hostIPC === true
        ? 'hostIPC'
        : undefined;
  return shared === undefined ? [] : [invalidField(path, name, `may not be specified when '${shared}' is true`)];
}

export function checkSysctls(path: string, sysctls: readonly { name?: string }[], host: Host): StatusCause[] {
  const names = sysctls.map(({ name = '' }) => name);
  const isRepeated = repeatsOf(names);
  return names.flatMap((name, index) => {
    const at = `${path}[${index}].name`;
    return [...checkName(at, name, isRepeated(index)), ...checkShared(at, name, host)];
  });
}
