/** Affinity to nodes and pods. Source: pkg/apis/core/validation, validateAffinity and below, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { SelectorRequirement } from '../../values/label-selector.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import { checkLabelKeys } from './match-label-keys.ts';
import type { Affinity, NodeAffinity, NodeSelectorTerm, PodAffinity, PodAffinityTerm } from './pod-spec.ts';
import { checkLabelSelector, checkSetOperator, unknownOperator } from './validate-label-selector.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

function checkExpression(path: string, requirement: SelectorRequirement): StatusCause[] {
  const { key = '', operator, values = [] } = requirement;
  const isOrdering = operator === 'Gt' || operator === 'Lt';
  const ofOperator = isOrdering
    ? values.length === 1
      ? []
      : [requiredField(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
    : (checkSetOperator(path, requirement) ?? [unknownOperator(path, operator)]);
  return [...ofOperator, ...violations(isQualifiedName, `${path}.key`, key)];
}

/** The only field of a node that may be selected by is its name. */
function checkFieldRequirement(path: string, { key = '', operator, values = [] }: SelectorRequirement): StatusCause[] {
  const one = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
  const ofOperator =
    operator !== 'In' && operator !== 'NotIn'
      ? [unknownOperator(path, operator)]
      : values.length === 1
        ? []
        : [requiredField(`${path}.values`, one)];
  const ofKey =
    key === 'metadata.name'
      ? values.flatMap((value, index) => violations(isDNS1123Subdomain, `${path}.values[${index}]`, value))
      : [invalidField(`${path}.key`, key, 'not a valid field selector key')];
  return [...ofOperator, ...ofKey];
}

const checkNodeTerm = (path: string, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): StatusCause[] => [
  ...matchExpressions.flatMap((requirement, index) =>
    checkExpression(`${path}.matchExpressions[${index}]`, requirement),
  ),
  ...matchFields.flatMap((requirement, index) => checkFieldRequirement(`${path}.matchFields[${index}]`, requirement)),
];

export const checkNodeTerms = (path: string, terms: readonly NodeSelectorTerm[]): StatusCause[] =>
  terms.length === 0
    ? [requiredField(path, 'must have at least one node selector term')]
    : terms.flatMap((term, index) => checkNodeTerm(`${path}[${index}]`, term));

function checkWeight(path: string, weight = 0): StatusCause[] {
  return weight > 0 && weight <= 100 ? [] : [invalidField(`${path}.weight`, weight, 'must be in the range 1-100')];
}

function checkNodeAffinity(path: string, affinity: NodeAffinity): StatusCause[] {
  const { [REQUIRED]: required, [PREFERRED]: preferred = [] } = affinity;
  return [
    ...(required === undefined
      ? []
      : checkNodeTerms(`${path}.${REQUIRED}.nodeSelectorTerms`, required.nodeSelectorTerms ?? [])),
    ...preferred.flatMap(({ weight, preference = {} }, index) => [
      ...checkWeight(`${path}.${PREFERRED}[${index}]`, weight),
      ...checkNodeTerm(`${path}.${PREFERRED}[${index}].preference`, preference),
    ]),
  ];
}

function checkPodTerm(path: string, term: PodAffinityTerm): StatusCause[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  const { matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const field = `${path}.topologyKey`;
  const inBoth = 'exists in both matchLabelKeys and mismatchLabelKeys';
  return [
    ...checkLabelSelector(`${path}.labelSelector`, labelSelector),
    ...checkLabelSelector(`${path}.namespaceSelector`, namespaceSelector),
    ...namespaces.flatMap((name) => violations(isDNS1123Label, `${path}.namespace`, name)),
    ...(topologyKey === '' ? [requiredField(field, 'can not be empty')] : []),
    ...violations(isQualifiedName, field, topologyKey),
    ...checkLabelKeys(`${path}.matchLabelKeys`, matchLabelKeys, labelSelector),
    ...checkLabelKeys(`${path}.mismatchLabelKeys`, mismatchLabelKeys, labelSelector),
    ...matchLabelKeys.flatMap((key, index) =>
      mismatchLabelKeys.includes(key) ? [invalidField(`${path}.matchLabelKeys[${index}]`, key, inBoth)] : [],
    ),
  ];
}

function checkPodAffinity(path: string, affinity: PodAffinity): StatusCause[] {
  const { [REQUIRED]: required = [], [PREFERRED]: preferred = [] } = affinity;
  return [
    ...required.flatMap((term, index) => checkPodTerm(`${path}.${REQUIRED}[${index}]`, term)),
    ...preferred.flatMap(({ weight, podAffinityTerm = {} }, index) => [
      ...checkWeight(`${path}.${PREFERRED}[${index}]`, weight),
      ...checkPodTerm(`${path}.${PREFERRED}[${index}].podAffinityTerm`, podAffinityTerm),
    ]),
  ];
}

export function checkAffinity(path: string, affinity: Affinity | undefined): StatusCause[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return [
    ...(nodeAffinity === undefined ? [] : checkNodeAffinity(`${path}.nodeAffinity`, nodeAffinity)),
    ...(podAffinity === undefined ? [] : checkPodAffinity(`${path}.podAffinity`, podAffinity)),
    ...(podAntiAffinity === undefined ? [] : checkPodAffinity(`${path}.podAntiAffinity`, podAntiAffinity)),
  ];
}
