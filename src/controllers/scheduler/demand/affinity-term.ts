/** A pod affinity term made ready: which pods it means. Source: scheduler/framework/types.go, AffinityTerm. */

import { canonical } from '../../../values/canonical-json.ts';
import { selectorTest } from '../../../values/label-selector.ts';
import type { PodAffinityTerm } from '../../kinds/pod.ts';
import type { PodInfo } from '../../views/pod-info.ts';

type Labels = Readonly<Record<string, string>>;
type Subject = Pick<PodInfo, 'namespace' | 'labels'>;
/** Labels of a namespace; none of one that is not known. */
export type NamespaceLabels = (namespace: string) => Labels;

export interface AffinityTerm {
  /** Equal terms have equal keys. */
  readonly key: string;
  readonly topologyKey: string;
  /** Where the pods that it means can be; undefined: in any namespace, by its labels. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly matches: (pod: Subject, namespaceLabels: NamespaceLabels) => boolean;
}

/** `namespace`: of the pod whose term it is; meant when the term names none. */
export function compileTerm(term: PodAffinityTerm, namespace: string): AffinityTerm {
  const { labelSelector, namespaceSelector, topologyKey, namespaces = [] } = term;
  const named = new Set(namespaces.length === 0 && namespaceSelector === undefined ? [namespace] : namespaces);
  const selects = selectorTest(labelSelector);
  const selectsNamespace = selectorTest(namespaceSelector);
  return {
    key: canonical([[...named].sort(), namespaceSelector, labelSelector, topologyKey]),
    topologyKey,
    namespaces: namespaceSelector === undefined ? named : undefined,
    matches: (pod, namespaceLabels) =>
      (named.has(pod.namespace) ||
        (namespaceSelector !== undefined && selectsNamespace(namespaceLabels(pod.namespace)))) &&
      selects(pod.labels),
  };
}

export interface WeightedTerm {
  readonly term: AffinityTerm;
  /** Negative: rather not together. */
  readonly weight: number;
}
/** What a pod wants of the pods around it. */
export interface PodTerms {
  readonly near: readonly AffinityTerm[];
  readonly apart: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
}

const NONE: PodTerms = { near: [], apart: [], preferred: [] };

export function compileTerms({ podAffinity, namespace }: Pick<PodInfo, 'podAffinity' | 'namespace'>): PodTerms {
  if (podAffinity === undefined) {
    return NONE;
  }
  const required = (affinity: typeof podAffinity.to): AffinityTerm[] =>
    (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => compileTerm(term, namespace));
  const preferred = (affinity: typeof podAffinity.to, sign: 1 | -1): WeightedTerm[] =>
    (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      term: compileTerm(podAffinityTerm, namespace),
      weight: sign * weight,
    }));
  const { to, against } = podAffinity;
  return {
    near: required(to),
    apart: required(against),
    preferred: [...preferred(to, 1), ...preferred(against, -1)],
  };
}
