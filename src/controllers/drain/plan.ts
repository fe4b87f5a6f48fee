/** Which nodes a drain is about, and which of them are at work. Pure. */
import type { DrainSpec } from '../../resources/fleet/drain.ts';
import { ZONE_LABEL } from '../../values/node-labels.ts';
import { noteOf } from '../draining/drain-note.ts';
import { isMeant } from '../draining/meant-nodes.ts';
import type { NodeInfo } from '../views/node-info.ts';

export interface DrainPlan {
  readonly all: readonly NodeInfo[];
  readonly drained: readonly NodeInfo[];
  /** Begun before, in order. */
  readonly active: readonly NodeInfo[];
  /** To begin, in order. */
  readonly waiting: readonly NodeInfo[];
  /** By name, of those that another empties at the moment: who. */
  readonly held: ReadonlyMap<string, string>;
}

type Rank = (node: NodeInfo) => string | number;
const ORDERS: Readonly<Record<string, (podCount: (node: string) => number) => Rank>> = {
  Name: () => () => 0,
  Zone: () => (node) => node.labels[ZONE_LABEL] ?? '',
  FewestPods: (podCount) => (node) => podCount(node.name),
  Oldest: () => (node) => node.createdAt,
};

/** As people count: node-2 before node-10. */
const byName = new Intl.Collator('en', { numeric: true }).compare;

export function planDrain(
  spec: DrainSpec,
  uid: string,
  nodes: Iterable<NodeInfo>,
  podCount: (node: string) => number,
): Omit<DrainPlan, 'held'> {
  const meant = isMeant(spec);
  const rank = ORDERS[spec.order ?? 'Name']?.(podCount) ?? (() => 0);
  const all = [...nodes]
    .filter(meant)
    .map((node) => ({ node, rank: rank(node) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : byName(a.node.name, b.node.name)))
    .map(({ node }) => node);
  const noted = all.map((node) => ({ node, note: noteOf(node, uid) }));
  const active = noted.flatMap(({ node, note }) => (note !== undefined && note.drained !== true ? [node] : []));
  return {
    all,
    drained: noted.flatMap(({ node, note }) => (note?.drained === true ? [node] : [])),
    active,
    waiting: noted.flatMap(({ node, note }) => (note === undefined ? [node] : [])),
  };
}
