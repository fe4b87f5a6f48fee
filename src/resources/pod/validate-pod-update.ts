/**
 * What may change of a pod once it exists. Source: pkg/apis/core/validation, ValidatePodUpdate, 1.34. The new spec has
 * passed `checkPodSpec` already; what may change is set back to the old, and then nothing may differ.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField } from '../field-errors.ts';
import type { Container } from './container.ts';
import { describeChanges } from './describe-changes.ts';
import type { PodSpec, Toleration } from './pod-spec.ts';
import { checkGatedChanges, revertGated } from './validate-gated-update.ts';
import { checkDeadline } from './validate-pod-spec.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');
const LISTS = ['containers', 'initContainers'] as const;

const sameLength = (a: readonly unknown[] | undefined, b: readonly unknown[] | undefined): boolean =>
  (a ?? []).length === (b ?? []).length;

function checkDeadlineChange(spec: PodSpec, old: PodSpec): StatusCause[] {
  const path = 'spec.activeDeadlineSeconds';
  const { activeDeadlineSeconds: seconds } = spec;
  const { activeDeadlineSeconds: before } = old;
  if (seconds === undefined) {
    const detail = 'must not update from a positive integer to nil value';
    return before === undefined ? [] : [invalidField(path, null, detail)];
  }
  if (before !== undefined && before < seconds) {
    return [invalidField(path, seconds, 'must be less than or equal to previous value')];
  }
  return checkDeadline(path, seconds, 0);
}

/** Only the seconds of an existing toleration may change. */
function checkTolerationChanges(tolerations: readonly Toleration[] = [], old: readonly Toleration[] = []) {
  const textOf = ({ key, operator, value, effect }: Toleration): string =>
    JSON.stringify([key, operator, value, effect]);
  const kept = new Set(tolerations.map(textOf));
  return old.every((toleration) => kept.has(textOf(toleration)))
    ? []
    : [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function revertImages(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, index) => {
    const { image: _, ...rest } = container;
    const image = old[index]?.image;
    return image === undefined ? rest : { ...rest, image };
  });
}

function assign<Key extends keyof PodSpec>(spec: PodSpec, key: Key, value: PodSpec[Key] | undefined): void {
  if (value === undefined) {
    delete spec[key];
  } else {
    spec[key] = value;
  }
}

/** A copy of `spec` that differs from `old` only in what may not change. */
function revertChangeable(spec: PodSpec, old: PodSpec): PodSpec {
  const reverted = { ...spec };
  for (const list of LISTS) {
    if (spec[list] !== undefined) {
      reverted[list] = revertImages(spec[list], old[list] ?? []);
    }
  }
  for (const key of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'] as const) {
    assign(reverted, key, old[key]);
  }
  // Older versions let a negative grace in; it has always meant one second.
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1) {
    assign(reverted, 'terminationGracePeriodSeconds', old.terminationGracePeriodSeconds);
  }
  return revertGated(reverted, old);
}

export function checkPodSpecUpdate(spec: PodSpec, old: PodSpec): StatusCause[] {
  const list = LISTS.find((name) => !sameLength(spec[name], old[name]));
  if (list !== undefined) {
    return [forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')];
  }
  const causes = [
    ...checkDeadlineChange(spec, old),
    ...checkTolerationChanges(spec.tolerations, old.tolerations),
    ...checkGatedChanges(spec, old),
  ];
  const reverted = revertChangeable(spec, old);
  if (!isDeepStrictEqual(reverted, old)) {
    const differences = describeChanges('spec', old, reverted);
    causes.push(forbiddenField('spec', `pod updates may not change fields other than ${CHANGEABLE}\n${differences}`));
  }
  return causes;
}
