/**
 * `matchLabelKeys` and `mismatchLabelKeys` of affinity terms and spread constraints: the pod's own labels become part of
 * the selector when it is made, so that whoever schedules reads the selector alone.
 * Source: pkg/registry/core/pod/strategy.go, applyMatchLabelKeysAndMismatchLabelKeys and mutateTopologySpreadConstraints.
 */
import type { StatusCause } from '../../errors.ts';
import type { LabelSelector } from '../../values/label-selector.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { forbiddenField, violations } from '../field-errors.ts';
import type { PodAffinity, PodAffinityTerm, PodSpec } from './pod-spec.ts';

type Labels = Readonly<Record<string, string>>;
type Keyed = Pick<PodAffinityTerm, 'labelSelector' | 'matchLabelKeys' | 'mismatchLabelKeys'>;

function applyTo(term: Keyed, labels: Labels): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  const requirements = (keys: readonly string[], operator: string) =>
    keys.flatMap((key) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key] ?? ''] }] : []));
  const added = [...requirements(matchLabelKeys, 'In'), ...requirements(mismatchLabelKeys, 'NotIn')];
  if (labelSelector !== undefined && added.length > 0) {
    term.labelSelector = { ...labelSelector, matchExpressions: [...(labelSelector.matchExpressions ?? []), ...added] };
  }
}

const termsOf = (affinity: PodAffinity | undefined): PodAffinityTerm[] => [
  ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(
    ({ podAffinityTerm }) => podAffinityTerm ?? [],
  ),
];

/** Changes `spec` in place. For pods only: a template's pods have labels of their own. */
export function applyLabelKeys({ affinity, topologySpreadConstraints = [] }: PodSpec, labels: Labels): void {
  const terms = [
    ...termsOf(affinity?.podAffinity),
    ...termsOf(affinity?.podAntiAffinity),
    ...topologySpreadConstraints,
  ];
  for (const term of terms) {
    applyTo(term, labels);
  }
}

export function checkLabelKeys(
  path: string,
  keys: readonly string[],
  labelSelector: LabelSelector | undefined,
): StatusCause[] {
  return keys.length > 0 && labelSelector === undefined
    ? [forbiddenField(path, 'must not be specified when labelSelector is not set')]
    : keys.flatMap((key, index) => violations(isQualifiedName, `${path}[${index}]`, key));
}
