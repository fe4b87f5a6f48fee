/** What a status update may not do. Source: pkg/apis/core/validation, ValidatePodStatusUpdate, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../../values/name-rules.ts';
import { duplicateField, forbiddenField, invalidField, violations } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import { isSidecar } from './container.ts';
import type { PodSpec } from './pod-spec.ts';
import type { ContainerStatus, PodCondition, PodStatus } from './pod-status.ts';
import { checkIP } from './validate-network.ts';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

/** The path is the reference's own. */
const checkConditions = (conditions: readonly PodCondition[]): StatusCause[] =>
  conditions.flatMap(({ type = '' }, index) =>
    SYSTEM_CONDITIONS.includes(type) ? [] : violations(isQualifiedName, `metadata.conditions[${index}].Type`, type),
  );

/** A container that has ended for good does not run again. `restarts`: this one may. */
function checkStates(
  path: string,
  statuses: readonly ContainerStatus[],
  old: readonly ContainerStatus[],
  restarts: (name: string, exitCode: number) => boolean,
): StatusCause[] {
  const running = new Set(statuses.filter(({ state }) => state?.terminated === undefined).map(({ name }) => name));
  return old.flatMap(({ name = '', state }, index) => {
    if (state?.terminated === undefined || restarts(name, state.terminated.exitCode ?? 0)) {
      return [];
    }
    const detail = 'may not be transitioned to non-terminated state';
    return running.has(name) ? [forbiddenField(`${path}[${index}].state`, detail)] : [];
  });
}

function checkTransitions(status: PodStatus, old: PodStatus, spec: PodSpec): StatusCause[] {
  const { restartPolicy, initContainers = [] } = spec;
  const sidecars = new Set(initContainers.filter(isSidecar).map(({ name = '' }) => name));
  const restarts = (_name: string, exitCode: number): boolean =>
    restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
  const restartsInit = (name: string, exitCode: number): boolean => sidecars.has(name) || restarts(name, exitCode);
  const check = (
    list: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
    rule: typeof restarts,
  ) => checkStates(`status.${list}`, status[list] ?? [], old[list] ?? [], rule);
  return [
    ...check('containerStatuses', restarts),
    ...check('initContainerStatuses', restartsInit),
    ...check('ephemeralContainerStatuses', () => false),
  ];
}

function checkIPs(path: string, ips: readonly { ip?: string }[]): StatusCause[] {
  const texts = ips.map(({ ip = '' }) => ip);
  const isRepeated = repeatsOf(texts);
  const families = texts.map((ip) => ip.includes(':'));
  const perFamily = texts.length > 2 || (texts.length === 2 && families[0] === families[1]);
  return [
    ...texts.flatMap((ip, index) => checkIP(`${path}[${index}]`, ip)),
    ...(perFamily ? [invalidField(path, ips, 'may specify no more than one IP for each IP family')] : []),
    ...ips.flatMap((ip, index) => (isRepeated(index) ? [duplicateField(`${path}[${index}]`, ip)] : [])),
  ];
}

export function checkPodStatusUpdate(status: PodStatus, old: PodStatus, spec: PodSpec): StatusCause[] {
  const { nominatedNodeName = '', hostIP = '', hostIPs = [], podIPs = [], conditions = [] } = status;
  const [firstHost] = hostIPs;
  return [
    ...checkConditions(conditions),
    ...(nominatedNodeName === '' || nominatedNodeName === old.nominatedNodeName
      ? []
      : violations(isDNS1123Subdomain, 'status.nominatedNodeName', nominatedNodeName)),
    ...checkTransitions(status, old, spec),
    ...checkIPs('status.podIPs', podIPs),
    ...(firstHost !== undefined && firstHost.ip !== hostIP
      ? [invalidField('status.hostIPs[0].ip', firstHost.ip, 'must be equal to `hostIP`')]
      : []),
    ...checkIPs('status.hostIPs', hostIPs),
  ];
}
