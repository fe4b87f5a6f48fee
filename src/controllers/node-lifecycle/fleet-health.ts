/**
 * What a look at all nodes would count, kept as they change: of 100,000 nodes few have anything that a monitor acts on,
 * and it looks every 5 s. Nodes that are being deleted count as gone.
 */
import { isReady, type NodeInfo, zoneOf } from '../views/node-info.ts';
import type { Views } from '../views/views.ts';
import { evictionKey, wantedTaints } from './node-taints.ts';
import type { ZoneCount } from './zone-pace.ts';

/** Its taints are not those that its conditions ask for, or may have to become others. */
const isTroubled = (node: NodeInfo): boolean =>
  evictionKey(node) !== undefined || wantedTaints(node, node.taints, false, 0) !== undefined;

export class FleetHealth {
  readonly #zones = new Map<string, ZoneCount>();
  readonly #troubled = new Map<string, NodeInfo>();
  #total = 0;

  constructor(views: Pick<Views, 'onNode'>) {
    views.onNode((now, before) => {
      this.#count(before, -1);
      this.#count(now, 1);
      const name = (now ?? before)?.name ?? '';
      if (now !== undefined && !now.deleting && isTroubled(now)) {
        this.#troubled.set(name, now);
      } else {
        this.#troubled.delete(name);
      }
    });
  }

  get total(): number {
    return this.#total;
  }
  /** None without a node. */
  get zones(): ReadonlyMap<string, ZoneCount> {
    return this.#zones;
  }
  troubled(): NodeInfo[] {
    return [...this.#troubled.values()];
  }

  #count(node: NodeInfo | undefined, by: 1 | -1): void {
    if (node === undefined || node.deleting) {
      return;
    }
    this.#total += by;
    const zone = zoneOf(node);
    const { ready, notReady } = this.#zones.get(zone) ?? { ready: 0, notReady: 0 };
    const count = isReady(node) ? { ready: ready + by, notReady } : { ready, notReady: notReady + by };
    if (count.ready + count.notReady === 0) {
      this.#zones.delete(zone);
    } else {
      this.#zones.set(zone, count);
    }
  }
}
