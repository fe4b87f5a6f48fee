/** Nodes that neither renewed their lease nor reported for a grace period. Every node counts, foreign ones too. */
import type { NodeLeases } from '../../registry/node-leases.ts';
import type { Clock } from '../../timing/clock.ts';
import type { NodeInfo } from '../views/node-info.ts';
import type { Views } from '../views/views.ts';

export class SilentNodes {
  readonly #leases: NodeLeases;
  readonly #clock: Clock;
  readonly #views: Pick<Views, 'nodes'>;
  /** Names of nodes of which no lease was seen: their word is their status. */
  readonly #unleased = new Set<string>();

  constructor(leases: NodeLeases, clock: Clock, views: Pick<Views, 'nodes' | 'onNode'>) {
    this.#leases = leases;
    this.#clock = clock;
    this.#views = views;
    views.onNode((now, before) => {
      if (now === undefined) {
        this.#unleased.delete(before?.name ?? '');
      } else if (before === undefined) {
        this.#unleased.add(now.name);
      }
    });
  }

  /** `startupMs`: the grace of a node that has never said whether it is ready. */
  async find(graceMs: number, startupMs: number): Promise<NodeInfo[]> {
    const stale = new Set((await this.#leases.olderThan(graceMs)).map(({ nodeName }) => nodeName));
    const now = this.#clock.now();
    // A time far ahead was written before the clock was set back, and an old lease is on the database's clock.
    const past = (name: string, at: number): number => (at > now + graceMs && stale.has(name) ? 0 : at);
    const isQuiet = ({ name, createdAt, heartbeatAt, conditions }: NodeInfo): boolean =>
      Math.max(past(name, createdAt), past(name, heartbeatAt)) <
      now - (conditions['Ready'] === undefined ? startupMs : graceMs);
    const quiet = (names: Iterable<string>): NodeInfo[] =>
      [...names].flatMap((name) => {
        const node = this.#views.nodes.get('', name);
        return node === undefined || node.deleting || !isQuiet(node) ? [] : [node];
      });
    const unknown = quiet(this.#unleased).filter(({ name }) => !stale.has(name));
    const ages = unknown.length === 0 ? [] : await this.#leases.ages(unknown.map(({ name }) => name));
    for (const [name] of ages) {
      this.#unleased.delete(name);
    }
    // A lease may outlive its node, and a new node of that name its predecessor's silence: so both must be old.
    return quiet(new Set([...stale, ...this.#unleased]));
  }
}
