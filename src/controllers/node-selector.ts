/** Node selector terms of a pod's affinity against a node. Pure. An empty term matches nothing, as in Kubernetes. */
import { meetsRequirement } from '../values/label-selector.ts';
import type { NodeSelectorTerm, PodSpec } from './kinds/pod.ts';
import type { NodeInfo } from './views/node-info.ts';

export const matchesTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { name, labels }: Pick<NodeInfo, 'name' | 'labels'>,
): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every((requirement) => meetsRequirement(requirement, labels)) &&
  matchFields.every((requirement) => meetsRequirement(requirement, { 'metadata.name': name }));

type NodeTest = (node: Pick<NodeInfo, 'name' | 'labels'>) => boolean;

export const requiredTerms = ({ affinity }: Pick<PodSpec, 'affinity'>): NodeSelectorTerm[] | undefined =>
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;

/** What the pod requires of a node's labels and name; undefined: nothing. */
export function requiredAffinity(spec: Pick<PodSpec, 'affinity' | 'nodeSelector'>): NodeTest | undefined {
  const terms = requiredTerms(spec);
  const selected = Object.entries(spec.nodeSelector ?? {});
  if (terms === undefined && selected.length === 0) {
    return undefined;
  }
  return (node) =>
    selected.every(([key, value]) => node.labels[key] === value) &&
    (terms === undefined || terms.some((term) => matchesTerm(term, node)));
}
