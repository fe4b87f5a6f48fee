/** Nodes with their zones taken in turn: whoever looks at some of them sees all zones. Source: backend/cache/node_tree.go. */
import { zoneOf } from '../../views/node-info.ts';
import { isThere, type NodeState } from './node-state.ts';

export function inZoneOrder(states: Iterable<NodeState>): NodeState[] {
  const zones = new Map<string, NodeState[]>();
  for (const state of states) {
    if (state.info !== undefined && isThere(state)) {
      const zone = zoneOf(state.info);
      const members = zones.get(zone);
      if (members === undefined) {
        zones.set(zone, [state]);
      } else {
        members.push(state);
      }
    }
  }
  const longest = Math.max(0, ...[...zones.values()].map(({ length }) => length));
  const ordered: NodeState[] = [];
  for (let turn = 0; turn < longest; turn += 1) {
    for (const members of zones.values()) {
      const state = members[turn];
      if (state !== undefined) {
        ordered.push(state);
      }
    }
  }
  return ordered;
}
