/** Security contexts, the parts that people set. Source: pkg/apis/core/validation, ValidateSecurityContext, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { invalidField, requiredField, unsupportedField } from '../field-errors.ts';

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
  seccompProfile?: { type?: string; localhostProfile?: string };
  appArmorProfile?: { type?: string; localhostProfile?: string };
}

const MAX_ID = 2_147_483_647;
const SECCOMP_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const CHANGE_POLICIES = ['Always', 'OnRootMismatch'];
const IDS = ['fsGroup', 'runAsUser', 'runAsGroup'] as const;

const checkId = (path: string, id: number): StatusCause[] =>
  id >= 0 && id <= MAX_ID ? [] : [invalidField(path, id, `must be between 0 and ${MAX_ID}, inclusive`)];

function checkSeccomp(path: string, profile: NonNullable<SecurityContext['seccompProfile']>): StatusCause[] {
  const { type = '', localhostProfile } = profile;
  const field = `${path}.localhostProfile`;
  const ofType =
    type === ''
      ? [requiredField(`${path}.type`, 'type is required when seccompProfile is set')]
      : SECCOMP_TYPES.includes(type)
        ? []
        : [unsupportedField(`${path}.type`, type, SECCOMP_TYPES)];
  if (type === 'Localhost') {
    return localhostProfile === undefined ? [requiredField(field, 'must be set when seccomp type is Localhost')] : [];
  }
  return localhostProfile === undefined
    ? ofType
    : [...ofType, invalidField(field, profile, 'can only be set when seccomp type is Localhost')];
}

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

export function checkSecurityContext(path: string, context: SecurityContext | undefined): StatusCause[] {
  if (context === undefined) {
    return [];
  }
  const { supplementalGroups = [], fsGroupChangePolicy = 'Always', seccompProfile } = context;
  return [
    ...IDS.flatMap((name) => checkId(`${path}.${name}`, context[name] ?? 0)),
    ...supplementalGroups.flatMap((group, index) => checkId(`${path}.supplementalGroups[${index}]`, group)),
    ...(CHANGE_POLICIES.includes(fsGroupChangePolicy)
      ? []
      : [unsupportedField(`${path}.fsGroupChangePolicy`, fsGroupChangePolicy, CHANGE_POLICIES)]),
    ...(seccompProfile === undefined ? [] : checkSeccomp(`${path}.seccompProfile`, seccompProfile)),
    ...checkEscalation(path, context),
  ];
}
