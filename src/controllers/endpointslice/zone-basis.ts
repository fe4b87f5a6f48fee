/** What hints by zone are made from beside a service and its pods: the shares of zones, and the zones of the pods' nodes. */
import { ZONE_LABEL } from '../../values/node-labels.ts';
import type { PodInfo } from '../views/pod-info.ts';
import type { Views } from '../views/views.ts';
import { type ZoneShares, zoneShares } from './zone-shares.ts';

export class ZoneBasis {
  readonly #nodes: Views['nodes'];
  #shares: ZoneShares | undefined;
  #isKnown = false;

  constructor(views: Views) {
    this.#nodes = views.nodes;
    views.onNode(() => {
      this.#isKnown = false;
    });
  }

  /** Counted once for all services, until a node changes; the same map where they came out the same. */
  shares(): ZoneShares | undefined {
    if (!this.#isKnown) {
      const counted = zoneShares(this.#nodes.values());
      this.#shares = isEqual(this.#shares, counted) ? this.#shares : counted;
      this.#isKnown = true;
    }
    return this.#shares;
  }

  of(pods: readonly PodInfo[]): readonly unknown[] {
    return [this.shares(), ...pods.map(({ nodeName }) => this.#nodes.get('', nodeName)?.labels[ZONE_LABEL])];
  }
}

function isEqual(a: ZoneShares | undefined, b: ZoneShares | undefined): boolean {
  return a === b || (a?.size === b?.size && [...(a ?? [])].every(([zone, share]) => b?.get(zone) === share));
}
