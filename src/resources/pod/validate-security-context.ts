/** Security contexts, the parts that people set. Source: pkg/apis/core/validation, ValidateSecurityContext, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, unsupportedField } from '../field-errors.ts';
import type { PodSpec } from './pod-spec.ts';
import { checkAppArmor, checkSeccomp, type Profile } from './validate-profiles.ts';
import { checkSysctls } from './validate-sysctls.ts';

/** Of a pod or of a container; an id or a flag that one of them lacks is never set there. */
export interface SecurityContext {
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
  supplementalGroups?: number[];
  fsGroupChangePolicy?: string;
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  capabilities?: { add?: string[] };
  sysctls?: { name?: string; value?: string }[];
  supplementalGroupsPolicy?: string;
  seLinuxChangePolicy?: string;
  procMount?: string;
  seccompProfile?: Profile;
  appArmorProfile?: Profile;
}

const MAX_ID = 2_147_483_647;
const CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const GROUP_POLICIES = ['Merge', 'Strict'];
const LABEL_POLICIES = ['MountOption', 'Recursive'];
const PROC_MOUNTS = ['Default', 'Unmasked'];
const SHARED_TWICE = 'ShareProcessNamespace and HostPID cannot both be enabled';
const IDS = ['fsGroup', 'runAsUser', 'runAsGroup'] as const;

const checkId = (path: string, id: number): StatusCause[] =>
  id >= 0 && id <= MAX_ID ? [] : [invalidField(path, id, `must be between 0 and ${MAX_ID}, inclusive`)];

/** A container cannot have all rights and yet never gain one. */
function checkEscalation(path: string, context: SecurityContext): StatusCause[] {
  const { privileged, allowPrivilegeEscalation, capabilities } = context;
  if (allowPrivilegeEscalation !== false) {
    return [];
  }
  const detail = 'cannot set `allowPrivilegeEscalation` to false and ';
  return [
    ...(privileged === true ? [invalidField(path, context, `${detail}\`privileged\` to true`)] : []),
    ...((capabilities?.add ?? []).some((name) => name === 'CAP_SYS_ADMIN')
      ? [invalidField(path, context, `${detail}\`capabilities.Add\` CAP_SYS_ADMIN`)]
      : []),
  ];
}

const choice = (path: string, value: string | undefined, choices: readonly string[]): StatusCause[] =>
  value === undefined || choices.includes(value) ? [] : [unsupportedField(path, value, choices)];

/** What both have. */
function checkShared(path: string, { seccompProfile, appArmorProfile }: SecurityContext, between: StatusCause[] = []) {
  return [
    ...(seccompProfile === undefined ? [] : checkSeccomp(`${path}.seccompProfile`, seccompProfile)),
    ...between,
    ...(appArmorProfile === undefined ? [] : checkAppArmor(`${path}.appArmorProfile`, appArmorProfile)),
  ];
}

const checkIds = (path: string, context: SecurityContext): StatusCause[] =>
  IDS.flatMap((name) => checkId(`${path}.${name}`, context[name] ?? 0));

/** `old` on an update. */
export function checkPodSecurityContext(path: string, spec: PodSpec, old?: PodSpec): StatusCause[] {
  const { securityContext: context = {}, hostPID, shareProcessNamespace } = spec;
  const { supplementalGroups = [] } = context;
  return [
    ...checkIds(path, context),
    ...supplementalGroups.flatMap((group, index) => checkId(`${path}.supplementalGroups[${index}]`, group)),
    ...(shareProcessNamespace === true && hostPID === true
      ? [invalidField(`${path}.shareProcessNamespace`, true, SHARED_TWICE)]
      : []),
    ...checkSysctls(`${path}.sysctls`, spec, old),
    ...choice(`${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, CHANGE_POLICIES),
    ...checkShared(path, context),
    ...choice(`${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, GROUP_POLICIES),
    ...choice(`${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, LABEL_POLICIES),
  ];
}

export function checkContainerSecurityContext(
  path: string,
  context: SecurityContext | undefined,
  hostUsers: boolean,
): StatusCause[] {
  if (context === undefined) {
    return [];
  }
  const { procMount } = context;
  return [
    ...checkIds(path, context),
    ...choice(`${path}.procMount`, procMount, PROC_MOUNTS),
    ...(procMount === 'Unmasked' && hostUsers
      ? [invalidField(`${path}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')]
      : []),
    ...checkShared(path, context, checkEscalation(path, context)),
  ];
}
