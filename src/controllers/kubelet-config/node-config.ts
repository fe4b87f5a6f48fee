/** The KubeletConfigs of a node: which it names, which it has, and what its kubelet says of that. Pure. */
import {
  ASSIGNED_ANNOTATION,
  type Assignment,
  CONFIG_OK,
  KUBELET_CONFIG_ANNOTATION,
  type LayerRef,
  POOL_CONFIG_ANNOTATION,
  parseAssignment,
} from '../../values/kubelet-configuration/assignment.ts';
import { findCondition } from '../conditions.ts';
import type { Node } from '../kinds/node.ts';

export interface NodeConfig {
  readonly own: string;
  /** As its pool had it when the node was made, or when it was last assigned. */
  readonly pool: string;
  readonly assigned: Assignment<LayerRef>;
  /** Of the condition. */
  readonly status: string;
  readonly message: string;
}

/** undefined: the node has to do with none. */
export function nodeConfigOf({ metadata: { annotations = {} }, status }: Node): NodeConfig | undefined {
  const own = annotations[KUBELET_CONFIG_ANNOTATION] ?? '';
  const pool = annotations[POOL_CONFIG_ANNOTATION] ?? '';
  const text = annotations[ASSIGNED_ANNOTATION];
  if (own === '' && pool === '' && text === undefined) {
    return undefined;
  }
  const { layers, missing } = parseAssignment(text) ?? { layers: [] };
  const condition = findCondition(status?.conditions, CONFIG_OK);
  return {
    ...{ own, pool, status: condition?.status ?? '', message: condition?.message ?? '' },
    assigned: {
      layers: layers.map(({ configuration: _, ...layer }) => layer),
      ...(missing === undefined ? {} : { missing }),
    },
  };
}

/** All that the node names or has. */
export const configNames = ({ own, pool, assigned }: NodeConfig): Set<string> =>
  new Set([own, pool, ...assigned.layers.map(({ name }) => name), ...(assigned.missing ?? [])].filter(Boolean));
