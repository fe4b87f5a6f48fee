/** The demands that were seen last, made ready. Bounded by what they remember of nodes. */
import type { PodInfo } from '../../views/pod-info.ts';
import type { Profile } from '../profiles/profile.ts';
import type { World } from '../world/world.ts';
import { demandOf } from './demand.ts';
import type { NodeOpinions } from './node-opinions.ts';
import { ReadyDemand } from './ready-demand.ts';

/** Of about 100 bytes each. */
const MAX_OPINIONS = 1_000_000;
const MAX_DEMANDS = 1_000;
const LEAST_DEMANDS = 4;

interface Shared {
  readonly opinions: NodeOpinions;
  /** Demands that are made ready with it. */
  users: number;
}

export class ReadyDemands {
  readonly #world: World;
  readonly #profile: Profile;
  /** The one that was used last comes last. */
  readonly #ready = new Map<string, ReadyDemand>();
  /** By the key of what is asked of a node alone. */
  readonly #shared = new Map<string, Shared>();

  constructor(profile: Profile, world: World) {
    this.#profile = profile;
    this.#world = world;
  }

  of(pod: PodInfo): ReadyDemand {
    const demand = demandOf(pod);
    const known = this.#ready.get(demand.key);
    if (known !== undefined && !known.isStale) {
      this.#ready.delete(demand.key);
      this.#ready.set(demand.key, known);
      return known;
    }
    const shared = this.#shared.get(demand.nodeKey);
    const ready = new ReadyDemand(demand, this.#profile, this.#world, shared?.opinions);
    this.#shared.set(demand.nodeKey, { opinions: ready.opinions, users: (shared?.users ?? 0) + 1 });
    if (known !== undefined) {
      this.#forget(known);
    }
    this.#ready.set(demand.key, ready);
    return ready;
  }

  clear(): void {
    for (const demand of this.#ready.values()) {
      this.#forget(demand);
    }
  }

  /** Forgets those that were not used for longest, when there are too many. */
  trim(): void {
    let remembered = 0;
    for (const { opinions } of this.#shared.values()) {
      remembered += opinions.remembered;
    }
    for (const demand of this.#ready.values()) {
      const fits = remembered <= MAX_OPINIONS && this.#ready.size <= MAX_DEMANDS;
      if (fits || this.#ready.size <= LEAST_DEMANDS) {
        return;
      }
      this.#forget(demand);
      remembered -= this.#shared.has(demand.demand.nodeKey) ? 0 : demand.opinions.remembered;
    }
  }

  #forget(ready: ReadyDemand): void {
    const { key, nodeKey } = ready.demand;
    this.#ready.delete(key);
    ready.release();
    const shared = this.#shared.get(nodeKey);
    if (shared === undefined) {
      return;
    }
    shared.users -= 1;
    if (shared.users === 0) {
      this.#shared.delete(nodeKey);
    }
  }
}
