/** The demands that were seen last, made ready. Bounded by what they remember of nodes. */
import type { PodInfo } from '../../views/pod-info.ts';
import type { Profile } from '../profiles/profile.ts';
import type { World } from '../world/world.ts';
import { demandOf } from './demand.ts';
import { ReadyDemand } from './ready-demand.ts';

/** Of about 100 bytes each. */
const MAX_OPINIONS = 1_000_000;
const MAX_DEMANDS = 1_000;
const LEAST_DEMANDS = 4;

export class ReadyDemands {
  readonly #world: World;
  readonly #profile: Profile;
  /** The one that was used last comes last. */
  readonly #ready = new Map<string, ReadyDemand>();

  constructor(profile: Profile, world: World) {
    this.#profile = profile;
    this.#world = world;
  }

  of(pod: PodInfo): ReadyDemand {
    const demand = demandOf(pod);
    const known = this.#ready.get(demand.key);
    const isUsable = known !== undefined && !known.isStale;
    const ready = isUsable ? known : new ReadyDemand(demand, this.#profile, this.#world);
    if (known !== undefined) {
      this.#ready.delete(demand.key);
      if (!isUsable) {
        known.release();
      }
    }
    this.#ready.set(demand.key, ready);
    return ready;
  }

  clear(): void {
    for (const demand of this.#ready.values()) {
      demand.release();
    }
    this.#ready.clear();
  }

  /** Forgets those that were not used for longest, when there are too many. */
  trim(): void {
    let opinions = 0;
    for (const { remembered } of this.#ready.values()) {
      opinions += remembered;
    }
    for (const [key, demand] of this.#ready) {
      const fits = opinions <= MAX_OPINIONS && this.#ready.size <= MAX_DEMANDS;
      if (fits || this.#ready.size <= LEAST_DEMANDS) {
        return;
      }
      this.#ready.delete(key);
      opinions -= demand.remembered;
      demand.release();
    }
  }
}
