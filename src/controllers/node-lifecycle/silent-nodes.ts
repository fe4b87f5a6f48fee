/** Nodes that neither renewed their lease nor reported for a grace period. Every node counts, foreign ones too. */
import type { NodeLeases } from '../../registry/node-leases.ts';
import type { Clock } from '../../timing/clock.ts';
import type { NodeInfo } from '../views/node-info.ts';

export class SilentNodes {
  readonly #leases: NodeLeases;
  readonly #clock: Clock;
  /** Nodes seen with a lease; without one a node's word is its status. */
  #leased = new Set<string>();

  constructor(leases: NodeLeases, clock: Clock) {
    this.#leases = leases;
    this.#clock = clock;
  }

  /** `startupMs`: the grace of a node that has never said whether it is ready. */
  async find(
    nodes: Iterable<NodeInfo>,
    graceMs: number,
    startupMs: number,
  ): Promise<{ total: number; silent: NodeInfo[] }> {
    const stale = new Set((await this.#leases.olderThan(graceMs)).map(({ nodeName }) => nodeName));
    const all = [...nodes].filter(({ deleting }) => !deleting);
    const now = this.#clock.now();
    const isQuiet = ({ createdAt, heartbeatAt, conditions }: NodeInfo): boolean =>
      Math.max(createdAt, heartbeatAt) < now - (conditions['Ready'] === undefined ? startupMs : graceMs);
    const quiet = all.filter((node) => isQuiet(node) && !stale.has(node.name) && !this.#leased.has(node.name));
    if (quiet.length > 0) {
      const ages = await this.#leases.ages(quiet.map(({ name }) => name));
      this.#leased = new Set([...this.#leased, ...ages.keys()]);
    }
    this.#forgetDeleted(all);
    // A lease may outlive its node, and a new node of that name its predecessor's silence: so both must be old.
    const silent = all.filter((node) => isQuiet(node) && (stale.has(node.name) || !this.#leased.has(node.name)));
    return { total: all.length, silent };
  }

  #forgetDeleted(nodes: readonly NodeInfo[]): void {
    if (this.#leased.size > nodes.length * 2 + 100) {
      const names = new Set(nodes.map(({ name }) => name));
      this.#leased = new Set([...this.#leased].filter((name) => names.has(name)));
    }
  }
}
