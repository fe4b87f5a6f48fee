/**
 * All Faults, in memory: there are few. Fed by a watch, and read anew whenever a shard is told that they changed, so that
 * the worker that holds the shard has never an older view than the work it was given. Costs nothing while there are none.
 */
import type { Logger } from '../../logger.ts';
import { Informer } from '../../registry/informer.ts';
import { decodeObject, type Registry, type StoredObject } from '../../registry/registry.ts';
import type { Fault } from '../../resources/fleet/fault.ts';
import { type FaultReach, reachOf } from '../../resources/fleet/fault-reach.ts';
import { BoundedMap } from '../../timing/bounded-map.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { type Node, playsDead } from '../node.ts';
import type { Pod } from '../pod.ts';
import {
  type ActiveFault,
  type Faults,
  NO_FAULTS,
  NO_NODE_FAULTS,
  type NodeFaults,
  nodeFaults,
  PLAYS_DEAD,
} from './faults.ts';

export const FAULTS = 'faults.fleet.flotilla.dev';
/** Of the work of a shard: the Faults have changed. */
export const FAULTS_KEY = 'faults';

interface Known {
  readonly revision: number;
  readonly fault: Fault;
  readonly reach: FaultReach;
}
interface FaultViewOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export class FaultView {
  readonly #options: FaultViewOptions;
  readonly #informer: Informer<Known>;
  #known = new Map<string, Known>();
  #sorted: readonly Known[] | undefined;
  /** Of the last read: the watch may be behind it. */
  #readAt = -1;
  #first: Promise<void> | undefined;
  readonly #reported = new BoundedMap<string, Promise<void>>(1_000);

  constructor(options: FaultViewOptions) {
    this.#options = options;
    const { clock, random } = options;
    this.#informer = new Informer<Known>({
      ...{ resource: FAULTS, clock, random, eagerProgress: false },
      project: (object, { revision }) => toKnown(object as Fault, revision),
      onChange: (key, now, before) => this.#changed(key, now, before),
    });
  }

  /** Follows the Faults until the signal aborts. Resolves when it has them. */
  start(signal: AbortSignal): Promise<void> {
    const { registry, logger } = this.#options;
    return this.#informer.start(registry, signal, (err) =>
      logger.warn({ err }, 'view of the faults lost, listing again'),
    );
  }

  /** Resolves when they were read once. */
  ready(): Promise<void> {
    this.#first ??= this.refresh().catch((error: unknown) => {
      this.#first = undefined;
      throw error;
    });
    return this.#first;
  }

  /** Everything committed before the call is in the view. */
  async refresh(): Promise<void> {
    const { revision, items } = await this.#options.registry.list(FAULTS, {});
    if (revision >= this.#readAt) {
      this.#readAt = revision;
      this.#known = new Map(items.map((item) => [item.name, ofStored(item)]));
      this.#sorted = undefined;
    }
  }

  /** How many there are: what asking about one object costs. */
  get size(): number {
    return this.#known.size;
  }

  /** Says it once in this process, for all who ask meanwhile; what failed was not said. */
  once(key: string, say: () => Promise<void>): Promise<void> {
    const known = this.#reported.get(key);
    if (known !== undefined) {
      return known;
    }
    const said = say().catch((error: unknown) => {
      this.#reported.delete(key);
      throw error;
    });
    this.#reported.set(key, said);
    return said;
  }

  ofNode(node: Node): NodeFaults {
    if (playsDead(node)) {
      return PLAYS_DEAD;
    }
    const { name, uid, labels = {} } = node.metadata;
    const faults = this.#of(uid, ({ subject, meansNode }) => subject === 'node' && meansNode({ name, labels }));
    return faults === NO_FAULTS ? NO_NODE_FAULTS : nodeFaults(faults);
  }

  ofPod(pod: Pod, node: Node): Faults {
    const { name, namespace, uid, labels = {} } = pod.metadata;
    const place = { name: node.metadata.name, labels: node.metadata.labels ?? {} };
    return this.#of(
      uid,
      ({ subject, namesNodes, meansNode, meansPod }) =>
        subject === 'pod' && meansPod({ name, namespace, labels }) && (!namesNodes || meansNode(place)),
    );
  }

  #of(uid: string, means: (reach: FaultReach) => boolean): Faults {
    if (this.#known.size === 0) {
      return NO_FAULTS;
    }
    const now = this.#options.clock.now();
    const active: ActiveFault[] = [];
    let changesAt = Number.POSITIVE_INFINITY;
    for (const { fault, reach } of this.#inOrder()) {
      const since = now < reach.endsAt && means(reach) ? reach.hitAt(uid) : undefined;
      if (since === undefined || since >= reach.endsAt) {
        continue;
      }
      changesAt = Math.min(changesAt, now < since ? since : reach.endsAt);
      if (now >= since) {
        const { name = '', uid: of = '' } = fault.metadata;
        active.push({ name, uid: of, spec: fault.spec ?? {}, since });
      }
    }
    return active.length === 0 && changesAt === Number.POSITIVE_INFINITY ? NO_FAULTS : { active, changesAt };
  }

  #changed(key: string, now: Known | undefined, before: Known | undefined): void {
    const revision = this.#known.get(key)?.revision ?? -1;
    if (now !== undefined && now.revision > Math.max(revision, this.#readAt)) {
      this.#known.set(key, now);
    } else if (now === undefined && before !== undefined && revision <= before.revision) {
      this.#known.delete(key);
    }
    this.#sorted = undefined;
  }

  /** By name. Made when it is asked for: 1,000 faults that are made one after another are sorted once. */
  #inOrder(): readonly Known[] {
    this.#sorted ??= [...this.#known.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, known]) => known);
    return this.#sorted;
  }
}

const toKnown = (fault: Fault, revision: number): Known => ({ revision, fault, reach: reachOf(fault) });
const ofStored = (item: StoredObject): Known => toKnown(decodeObject<Fault>(item), item.revision);
