/** Node selector terms of a pod's affinity against a node. Pure. An empty term matches nothing, as in Kubernetes. */
import { meetsRequirement } from '../values/label-selector.ts';
import type { NodeSelectorTerm } from './kinds/pod.ts';
import type { NodeInfo } from './views/node-info.ts';

export const matchesTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { name, labels }: Pick<NodeInfo, 'name' | 'labels'>,
): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchExpressions.every((requirement) => meetsRequirement(requirement, labels)) &&
  matchFields.every((requirement) => meetsRequirement(requirement, { 'metadata.name': name }));
