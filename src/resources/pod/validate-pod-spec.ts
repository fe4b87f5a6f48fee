/** A whole pod spec, of a pod or of a template. Source: pkg/apis/core/validation, ValidatePodSpec, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../../values/name-rules.ts';
import { invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { validateLabels } from '../validate-metadata.ts';
import type { PodSpec } from './pod-spec.ts';
import { checkAffinity } from './validate-affinity.ts';
import { checkChoice } from './validate-container.ts';
import { checkAllContainers } from './validate-containers.ts';
import { checkNetwork } from './validate-network.ts';
import { checkResourceList } from './validate-resources.ts';
import { checkSchedulingGates, checkTolerations, checkTopologySpread } from './validate-scheduling.ts';
import { checkPodSecurityContext } from './validate-security-context.ts';
import { checkVolumes } from './validate-volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const SYSTEMS = ['linux', 'windows'];
const MAX_INT32 = 2_147_483_647;
const NAMES = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const;

const checkNames = (path: string, spec: PodSpec): StatusCause[] =>
  NAMES.flatMap((field) => (spec[field] ? violations(isDNS1123Subdomain, `${path}.${field}`, spec[field]) : []));

export function checkDeadline(path: string, seconds: number | undefined, least: number): StatusCause[] {
  return seconds === undefined || (seconds >= least && seconds <= MAX_INT32)
    ? []
    : [invalidField(path, seconds, `must be between ${least} and ${MAX_INT32}, inclusive`)];
}

function checkScheduling(path: string, spec: PodSpec): StatusCause[] {
  return [
    ...validateLabels(spec.nodeSelector ?? {}, `${path}.nodeSelector`),
    ...checkAffinity(`${path}.affinity`, spec.affinity),
    ...checkSchedulingGates(`${path}.schedulingGates`, spec.schedulingGates ?? []),
    ...checkTopologySpread(`${path}.topologySpreadConstraints`, spec.topologySpreadConstraints ?? []),
    ...checkTolerations(`${path}.tolerations`, spec.tolerations ?? []),
  ];
}

function checkSystem(path: string, { name = '' }: NonNullable<PodSpec['os']>): StatusCause[] {
  if (name === '') {
    return [requiredField(`${path}.name`, 'cannot be empty')];
  }
  return SYSTEMS.includes(name) ? [] : [unsupportedField(path, name, SYSTEMS)];
}

interface SpecPlace {
  readonly isPod: boolean;
  /** On an update, for rules that spare what was there. */
  readonly old?: PodSpec | undefined;
}

/** `path` is `spec` or `spec.template.spec`. Expects the defaults to have been applied. */
export function checkPodSpec(path: string, spec: PodSpec, { isPod, old }: SpecPlace): StatusCause[] {
  const { terminationGracePeriodSeconds: graceSeconds, readinessGates = [], restartPolicy } = spec;
  const volumes = checkVolumes(`${path}.volumes`, spec.volumes ?? []);
  const scope = {
    ...{ volumes: volumes.valid, isPod, restartPolicy },
    ...{ hostUsers: spec.hostUsers !== false, graceSeconds: graceSeconds ?? 0, names: new Set<string>() },
  };
  return [
    ...(graceSeconds === undefined ? [requiredField(`${path}.terminationGracePeriodSeconds`)] : []),
    ...volumes.causes,
    ...checkAllContainers(path, spec, scope),
    ...checkChoice(`${path}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES),
    ...checkChoice(`${path}.dnsPolicy`, spec.dnsPolicy, DNS_POLICIES),
    ...checkPodSecurityContext(`${path}.securityContext`, spec, old),
    ...checkNetwork(path, spec, isPod),
    ...readinessGates.flatMap(({ conditionType = '' }, index) =>
      violations(isQualifiedName, `${path}.readinessGates[${index}].conditionType`, conditionType),
    ),
    ...checkScheduling(path, spec),
    ...checkNames(path, spec),
    ...checkDeadline(`${path}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1),
    ...(spec.preemptionPolicy === undefined
      ? []
      : checkChoice(`${path}.preemptionPolicy`, spec.preemptionPolicy, PREEMPTION_POLICIES)),
    ...checkResourceList(`${path}.overhead`, spec.overhead ?? {}),
    ...(spec.os === undefined ? [] : checkSystem(`${path}.os`, spec.os)),
  ];
}
