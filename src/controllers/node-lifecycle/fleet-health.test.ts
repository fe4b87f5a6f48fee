import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Taint } from '../kinds/node.ts';
import { isReady, type NodeInfo, zoneOf } from '../views/node-info.ts';
import { FleetHealth } from './fleet-health.ts';
import { evictionKey, NOT_READY, wantedTaints } from './node-taints.ts';
import type { ZoneCount } from './zone-pace.ts';

type Listener = (now: NodeInfo | undefined, before: NodeInfo | undefined) => void;

const state = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd'),
  zone: fc.constantFrom('', 'x', 'y'),
  ready: fc.constantFrom('True', 'False', 'Unknown', undefined),
  isTainted: fc.boolean(),
  unschedulable: fc.boolean(),
  deleting: fc.boolean(),
  isGone: fc.boolean(),
});

test('says what a look at all nodes would, after any history', () => {
  fc.assert(
    fc.property(fc.array(state, { maxLength: 30 }), (steps) => {
      const listeners: Listener[] = [];
      const health = new FleetHealth({ onNode: (listener) => void listeners.push(listener) });
      const nodes = new Map<string, NodeInfo>();
      for (const { name, zone, ready, isTainted, unschedulable, deleting, isGone } of steps) {
        const before = nodes.get(name);
        const taints: Taint[] = isTainted ? [{ key: NOT_READY, effect: 'NoExecute' }] : [];
        const labels = zone === '' ? {} : { 'topology.kubernetes.io/zone': zone };
        const conditions = ready === undefined ? {} : { Ready: ready };
        const now = isGone
          ? undefined
          : ({ name, labels, conditions, taints, unschedulable, deleting } as unknown as NodeInfo);
        now === undefined ? nodes.delete(name) : nodes.set(name, now);
        for (const listener of before === undefined && now === undefined ? [] : listeners) {
          listener(now, before);
        }
      }
      const living = [...nodes.values()].filter((node) => !node.deleting);
      const zones = new Map<string, ZoneCount>();
      for (const node of living) {
        const { ready, notReady } = zones.get(zoneOf(node)) ?? { ready: 0, notReady: 0 };
        const is = isReady(node) ? 1 : 0;
        zones.set(zoneOf(node), { ready: ready + is, notReady: notReady + 1 - is });
      }
      expect(health.total).toBe(living.length);
      expect(health.zones).toEqual(zones);
      const isTroubled = (node: NodeInfo): boolean =>
        evictionKey(node) !== undefined ||
        [true, false].some((evict) => wantedTaints(node, node.taints, evict, 0) !== undefined);
      const names = (found: readonly NodeInfo[]): string[] => found.map(({ name }) => name).sort();
      expect(names(health.troubled())).toEqual(names(living.filter(isTroubled)));
    }),
  );
});
