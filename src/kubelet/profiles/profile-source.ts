/**
 * The ProfileSource of runtimes/: the fleet's SimulationProfiles, followed from when somebody first asks, in whatever
 * process that is. Nodes are read when a profile is for some of them only.
 */
import type { Logger } from '../../logger.ts';
import { Informer } from '../../registry/informer.ts';
import { decodeObject, type Registry } from '../../registry/registry.ts';
import type { SimulationProfile, SimulationProfileSpec } from '../../resources/fleet/simulation-profile/types.ts';
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { selects } from '../../values/label-selector.ts';
import { POOL_LABEL } from '../../values/node-labels.ts';

type Labels = Readonly<Record<string, string>>;

export interface ProfileSourceOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Ends the following. */
  readonly signal: AbortSignal;
}

const PROFILES = 'simulationprofiles.fleet.flotilla.dev';
/** How long a node's labels are taken to be what they were. */
const FRESH_MS = 10_000;
const MAX_NODES = 20_000;

/** The higher priority, then the name. */
export function inOrder(profiles: Iterable<SimulationProfile>): SimulationProfile[] {
  const nameOf = ({ metadata }: SimulationProfile): string => metadata.name ?? '';
  return [...profiles].sort(
    (a, b) => (b.spec?.priority ?? 0) - (a.spec?.priority ?? 0) || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

const isForSomeNodes = ({ spec }: SimulationProfile): boolean =>
  spec?.selector?.nodes !== undefined || spec?.selector?.pool !== undefined;

function isForNode({ spec }: SimulationProfile, labels: Labels): boolean {
  const { nodes, pool } = spec?.selector ?? {};
  return (nodes === undefined || selects(nodes, labels)) && (pool === undefined || labels[POOL_LABEL] === pool);
}

class FollowedProfiles {
  readonly #options: ProfileSourceOptions;
  readonly #informer: Informer<SimulationProfile>;
  readonly #nodes = new BoundedMap<string, { readonly at: number; readonly labels: Promise<Labels> }>(MAX_NODES);
  #sorted: readonly SimulationProfile[] | undefined;
  /** What any of them says something about, of those that are sorted. */
  #said: ReadonlySet<string> = new Set();
  #started: Promise<void> | undefined;
  #isSynced = false;

  constructor(options: ProfileSourceOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.#informer = new Informer<SimulationProfile>({
      ...{ resource: PROFILES, eagerProgress: false, clock, random },
      project: (object) => object as SimulationProfile,
      onChange: () => {
        this.#sorted = undefined;
      },
    });
  }

  /** Also asks for them, so that it becomes true where there are none. */
  get isEmpty(): boolean {
    void this.#start();
    return this.#isSynced && this.#informer.size === 0;
  }

  says(about: keyof SimulationProfileSpec): boolean {
    if (this.isEmpty) {
      return false;
    }
    this.#all();
    return this.#said.has(about);
  }

  #all(): readonly SimulationProfile[] {
    if (this.#sorted === undefined) {
      this.#sorted = inOrder(this.#informer.values());
      this.#said = new Set(this.#sorted.flatMap(({ spec = {} }) => Object.keys(spec)));
    }
    return this.#sorted;
  }

  async onNode(nodeName: string): Promise<readonly SimulationProfile[]> {
    if (!this.#isSynced) {
      await this.#start();
    }
    const profiles = this.#all();
    if (!profiles.some(isForSomeNodes)) {
      return profiles;
    }
    const labels = await this.#labelsOf(nodeName);
    return profiles.filter((profile) => isForNode(profile, labels));
  }

  #start(): Promise<void> {
    if (this.#started === undefined) {
      const { registry, signal, logger } = this.#options;
      const onFailure = (error: unknown): void => logger.warn({ error }, 'simulation profiles cannot be followed');
      this.#started = this.#informer.start(registry, signal, onFailure).then(() => {
        this.#isSynced = true;
      });
      // Whoever waits for it is told; a stop before the first list is no failure.
      this.#started.catch(() => undefined);
    }
    return this.#started;
  }

  #labelsOf(name: string): Promise<Labels> {
    const { registry, clock } = this.#options;
    const now = clock.monotonic();
    const known = this.#nodes.get(name);
    if (known !== undefined && now - known.at < FRESH_MS) {
      return known.labels;
    }
    const labels = registry
      .find('nodes', '', name)
      .then((stored) => (stored === undefined ? {} : (decodeObject(stored).metadata.labels ?? {})));
    labels.catch(() => this.#nodes.delete(name));
    this.#nodes.set(name, { at: now, labels });
    return labels;
  }
}

export const createProfileSource = (options: ProfileSourceOptions): FollowedProfiles => new FollowedProfiles(options);
