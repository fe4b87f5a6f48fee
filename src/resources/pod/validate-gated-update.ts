/**
 * A pod that waits for its scheduling gates may still be told where it can run, but only more narrowly.
 * Source: pkg/apis/core/validation, validateNodeSelectorMutation, validateNodeAffinityMutation, 1.34.
 */
import { isDeepStrictEqual } from 'node:util';
import type { StatusCause } from '../../errors.ts';
import { forbiddenField, invalidField } from '../field-errors.ts';
import type { Affinity, NodeAffinity, NodeSelectorTerm, PodSpec } from './pod-spec.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

const isGated = ({ schedulingGates = [] }: PodSpec): boolean => schedulingGates.length > 0;

function checkGates({ schedulingGates = [] }: PodSpec, { schedulingGates: old = [] }: PodSpec): StatusCause[] {
  const known = new Set(old.map(({ name = '' }) => name));
  return schedulingGates.flatMap(({ name = '' }, index) =>
    known.has(name)
      ? []
      : [
          forbiddenField(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

function checkNodeSelector({ nodeSelector = {} }: PodSpec, { nodeSelector: old = {} }: PodSpec): StatusCause[] {
  const keepsAll = Object.entries(old).every(([key, value]) => nodeSelector[key] === value);
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return keepsAll ? [] : [invalidField('spec.nodeSelector', nodeSelector, detail)];
}

const extendsList = (list: readonly unknown[] = [], old: readonly unknown[] = []): boolean =>
  old.length <= list.length && old.every((item, index) => isDeepStrictEqual(item, list[index]));

/** Requirements of a term are ANDed, so more of them narrow it. An empty term matches nothing and stays as it is. */
function narrowsTerm(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const isEmpty = (old.matchExpressions ?? []).length + (old.matchFields ?? []).length === 0;
  return isEmpty
    ? isDeepStrictEqual(term, old)
    : extendsList(term.matchExpressions, old.matchExpressions) && extendsList(term.matchFields, old.matchFields);
}

function checkNodeAffinity(affinity: NodeAffinity | undefined, old: NodeAffinity | undefined): StatusCause[] {
  const path = `spec.affinity.nodeAffinity.${REQUIRED}.nodeSelectorTerms`;
  const before = old?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const terms = affinity?.[REQUIRED]?.nodeSelectorTerms ?? [];
  if (before.length === 0) {
    return [];
  }
  if (terms.length !== before.length) {
    return [invalidField(path, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  }
  return terms.flatMap((term, index) =>
    narrowsTerm(term, before[index] ?? {})
      ? []
      : [invalidField(`${path}[${index}]`, term, 'only additions are allowed (no mutations or deletions)')],
  );
}

export function checkGatedChanges(spec: PodSpec, old: PodSpec): StatusCause[] {
  const ofGates = checkGates(spec, old);
  return isGated(old)
    ? [
        ...ofGates,
        ...checkNodeSelector(spec, old),
        ...checkNodeAffinity(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity),
      ]
    : ofGates;
}

function revertAffinity(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const { nodeAffinity: _, ...others } = affinity ?? {};
  const nodeAffinity = old?.nodeAffinity;
  const reverted = nodeAffinity === undefined ? others : { ...others, nodeAffinity };
  return old === undefined && Object.keys(reverted).length === 0 ? undefined : reverted;
}

/** Sets back what a gated pod may change. */
export function revertGated(spec: PodSpec, old: PodSpec): PodSpec {
  if (!isGated(old)) {
    return spec;
  }
  const { nodeSelector: _, affinity, ...rest } = spec;
  const reverted = revertAffinity(affinity, old.affinity);
  return {
    ...rest,
    ...(old.nodeSelector === undefined ? {} : { nodeSelector: old.nodeSelector }),
    ...(reverted === undefined ? {} : { affinity: reverted }),
  };
}
