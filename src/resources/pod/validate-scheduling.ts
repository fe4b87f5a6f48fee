/** Tolerations, gates and topology spread. Source: pkg/apis/core/validation, ValidateTolerations and kin, 1.34. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName, isValidLabelValue } from '../../values/name-rules.ts';
import { duplicateField, invalidField, requiredField, unsupportedField, violations } from '../field-errors.ts';
import { repeatsOf } from '../repeated-items.ts';
import { checkLabelKeys } from './match-label-keys.ts';
import type { PodSpec, Toleration, TopologySpreadConstraint } from './pod-spec.ts';
import { checkLabelSelector } from './validate-label-selector.ts';

const OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const SPREAD_ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];
const INCLUSION_POLICIES = ['Honor', 'Ignore'];
const EMPTY_KEY = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';

/** A bad value is reported on the operator, as the reference does. */
function checkTolerationOperator(path: string, toleration: Toleration): StatusCause[] {
  const { operator = '', value = '' } = toleration;
  if (operator === 'Exists') {
    const detail = "value must be empty when `operator` is 'Exists'";
    return value === '' ? [] : [invalidField(path, toleration, detail)];
  }
  if (operator !== '' && operator !== 'Equal') {
    return [unsupportedField(path, operator, OPERATORS)];
  }
  const messages = isValidLabelValue(value);
  return messages.length === 0 ? [] : [invalidField(path, value, messages.join(';'))];
}

function checkToleration(path: string, toleration: Toleration): StatusCause[] {
  const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
  const needsNoExecute = "effect must be 'NoExecute' when `tolerationSeconds` is set";
  return [
    ...(key === '' ? [] : violations(isQualifiedName, `${path}.key`, key)),
    ...(key === '' && operator !== 'Exists' ? [invalidField(`${path}.operator`, operator, EMPTY_KEY)] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [invalidField(`${path}.effect`, effect, needsNoExecute)]
      : []),
    ...checkTolerationOperator(`${path}.operator`, toleration),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [unsupportedField(`${path}.effect`, effect, EFFECTS)]),
  ];
}

export const checkTolerations = (path: string, tolerations: readonly Toleration[]): StatusCause[] =>
  tolerations.flatMap((toleration, index) => checkToleration(`${path}[${index}]`, toleration));

export function checkSchedulingGates(path: string, gates: NonNullable<PodSpec['schedulingGates']>): StatusCause[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name = '' }, index) => {
    const at = `${path}[${index}]`;
    const causes = [...violations(isQualifiedName, at, name), ...(seen.has(name) ? [duplicateField(at, name)] : [])];
    seen.add(name);
    return causes;
  });
}

function checkMinDomains(
  path: string,
  { minDomains, whenUnsatisfiable = '' }: TopologySpreadConstraint,
): StatusCause[] {
  if (minDomains === undefined) {
    return [];
  }
  const onlyWith = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
  return [
    ...(minDomains > 0 ? [] : [invalidField(path, minDomains, 'must be greater than 0')]),
    ...(whenUnsatisfiable === 'DoNotSchedule' ? [] : [invalidField(path, minDomains, onlyWith)]),
  ];
}

function checkSpread(path: string, constraint: TopologySpreadConstraint): StatusCause[] {
  const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', labelSelector } = constraint;
  const ofPolicies = (['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const).flatMap((field) => {
    const policy = constraint[field];
    return policy === undefined || INCLUSION_POLICIES.includes(policy)
      ? []
      : [unsupportedField(`${path}.${field}`, policy, INCLUSION_POLICIES)];
  });
  return [
    ...(maxSkew > 0 ? [] : [invalidField(`${path}.maxSkew`, maxSkew, 'must be greater than 0')]),
    ...(topologyKey === ''
      ? [requiredField(`${path}.topologyKey`, 'can not be empty')]
      : violations(isQualifiedName, `${path}.topologyKey`, topologyKey)),
    ...(SPREAD_ACTIONS.includes(whenUnsatisfiable)
      ? []
      : [unsupportedField(`${path}.whenUnsatisfiable`, whenUnsatisfiable, SPREAD_ACTIONS)]),
    ...checkMinDomains(`${path}.minDomains`, constraint),
    ...ofPolicies,
    ...checkLabelKeys(`${path}.matchLabelKeys`, constraint.matchLabelKeys ?? [], labelSelector),
    ...checkLabelSelector(`${path}.labelSelector`, labelSelector),
  ];
}

/** A repetition is reported on the first of the two. */
export function checkTopologySpread(path: string, constraints: readonly TopologySpreadConstraint[]): StatusCause[] {
  const pairs = constraints.map(
    ({ topologyKey = '', whenUnsatisfiable = '' }) => `{${topologyKey}, ${whenUnsatisfiable}}`,
  );
  // Told of the earlier one of two.
  const isRepeatedLater = repeatsOf(pairs.toReversed());
  return constraints.flatMap((constraint, index) => [
    ...checkSpread(`${path}[${index}]`, constraint),
    ...(isRepeatedLater(pairs.length - 1 - index)
      ? [duplicateField(`${path}[${index}].{topologyKey, whenUnsatisfiable}`, pairs[index])]
      : []),
  ]);
}
