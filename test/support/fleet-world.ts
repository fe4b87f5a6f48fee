/**
 * A control plane with time in hand: an in-memory registry that keeps the contract's promises (compare-and-set, grace,
 * finalizers, generations, triggers, a feed), the real shard runner over a due table in memory, the given controllers,
 * and a kubelet that does just enough. For unit tests of controllers; `advance` lets time pass.
 */
import assert from 'node:assert/strict';
import type {
  ControllerContext,
  ControllerDefinition,
  ControllerSettings,
  KubeletTarget,
} from '../../src/controllers/controller.ts';
import { Views } from '../../src/controllers/views/views.ts';
import { ALARM_HORIZON_MS, AlarmClock } from '../../src/queue/alarm-clock.ts';
import { ShardRunner } from '../../src/queue/shard-runner.ts';
import type { DueRef, Registry } from '../../src/registry/registry.ts';
import { decodeObject } from '../../src/storage/stored-object.ts';
import { seededRandom } from '../../src/timing/random.ts';
import type { JsonObject, KubeObject } from '../../src/values/object.ts';
import { DEFAULT_SETTINGS } from './fleet-world/default-settings.ts';
import { FleetDeletions } from './fleet-world/fleet-deletions.ts';
import { FleetKubelets } from './fleet-world/fleet-kubelets.ts';
import { FleetObjects } from './fleet-world/fleet-objects.ts';
import { fleetRegistry } from './fleet-world/fleet-registry.ts';
import type { Loose } from './fleet-world/loose.ts';
import { ManualClock, settle } from './manual-clock.ts';
import { MemoryDueStore } from './memory-due-store.ts';
import { silentLogger } from './silent-logger.ts';

export type { Loose } from './fleet-world/loose.ts';

const NO_CERTIFICATES: ControllerContext['certificates'] = {
  issuer: {
    identityOf: () => assert.fail('this world has no authority'),
    issue: () => assert.fail('this world has no authority'),
  },
  mayRequest: async () => false,
};

export interface WorldEvent {
  readonly component: string;
  readonly kind: string;
  readonly name: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export class FleetWorld {
  readonly clock = new ManualClock();
  readonly due = new MemoryDueStore(() => this.clock.monotonic());
  readonly events: WorldEvent[] = [];
  readonly errors: unknown[] = [];
  /** Kubelets' work that controllers asked for. */
  readonly woken: KubeletTarget[] = [];
  readonly random;
  views: Views;
  readonly registry: Registry;
  /** Nodes whose kubelet is dead: nothing of theirs happens, their leases age. */
  readonly deadNodes = new Set<string>();
  /** Whom clients of the API trust. */
  readonly authorities = ['AUTHORITY\n'];
  /** Pods' fate: called when a kubelet starts one; answers the phase it gets. */
  startPod: (pod: Loose) => 'Running' | 'Succeeded' | 'Failed' | 'Pending' = () => 'Running';
  /** Called with every pod that is written, for invariants. */
  onWrite: ((id: string, object: Loose | undefined) => void) | undefined;
  /** Called with every pod that is evicted, after its budget has paid. */
  onEvict: ((pod: Loose) => void) | undefined;
  /** Makes creates fail, as an admission would. */
  refuse: ((object: KubeObject) => Error | undefined) | undefined;
  /** Makes the deletion of all of a kind fail. */
  refuseDeletion: ((id: string) => Error | undefined) | undefined;
  readonly config: ControllerSettings;
  readonly #objects: FleetObjects;
  readonly #kubelets: FleetKubelets;
  #stop = new AbortController();
  readonly #definitions: readonly ControllerDefinition[];
  #runner: ShardRunner | undefined;

  constructor(definitions: readonly ControllerDefinition[], seed = 1, settings: Partial<ControllerSettings> = {}) {
    this.#definitions = definitions;
    this.config = { ...DEFAULT_SETTINGS, ...settings, seed };
    this.random = seededRandom(seed);
    const now = () => this.clock.now();
    const objects = new FleetObjects({
      now,
      refuse: (object) => this.refuse?.(object),
      onChange: (...change) => this.#changed(...change),
    });
    const deletions = new FleetDeletions(objects, { now, onEvict: (pod) => this.onEvict?.(pod) });
    this.registry = fleetRegistry({ objects, deletions, refuseDeletion: (id) => this.refuseDeletion?.(id) });
    const { clock, deadNodes } = this;
    this.#kubelets = new FleetKubelets({ objects, deletions, clock, deadNodes, startPod: (pod) => this.startPod(pod) });
    this.#objects = objects;
    this.views = this.#newViews();
  }

  #newViews = () =>
    new Views({ registry: this.registry, clock: this.clock, random: this.random, logger: silentLogger });

  /** Starts the controllers. */
  async start(): Promise<void> {
    const context = this.#context();
    const controllers = this.#definitions.map(({ name, create }) => ({ name, ...create(context) }));
    const ring = (shard: string): void => void this.#run(shard);
    this.#runner = new ShardRunner({
      ...{ reconcilers: controllers.map(({ reconciler }) => reconciler), due: this.due, holder: 'w' },
      ...{ alarms: new AlarmClock(this.clock, ring), doorbell: { ring }, clock: this.clock, random: this.random },
      ...{ signal: this.#stop.signal },
      logger: { ...silentLogger, warn: (fields) => void this.errors.push((fields as { err?: unknown }).err) },
    });
    await this.views.start(this.#stop.signal);
    for (const { name, periodic = [] } of controllers) {
      await this.due.add(periodic.map(({ key }) => ({ shard: name, key })));
      ring(name);
    }
    await settle();
  }

  #context(): ControllerContext {
    return {
      ...{ registry: this.registry, views: this.views, config: this.config, clock: this.clock, random: this.random },
      logger: silentLogger,
      certificates: NO_CERTIFICATES,
      apiAuthorities: async () => this.authorities,
      issueAccountToken: async ({ namespace, name, uid }, secretName) =>
        `token of ${namespace}/${name} ${uid} in ${secretName}`,
      wakeKubelets: async (targets) => void this.woken.push(...targets),
      makeDue: (refs) => this.#makeDue(refs),
      nodeLeases: this.#kubelets.leases,
      events: (component) => (object, type, reason, message) =>
        void this.events.push({
          ...{ component, kind: object.kind, name: object.metadata.name ?? '', type, reason, message },
        }),
    };
  }

  stop(): void {
    this.#stop.abort(new Error('the world ends'));
    this.#objects.wakeReaders();
  }

  /** The process ends in the midst of whatever it does, and another takes over. */
  async restart(): Promise<void> {
    this.stop();
    this.#stop = new AbortController();
    this.views = this.#newViews();
    await this.start();
  }

  #changed(id: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    this.onWrite?.(id, after as Loose | undefined);
    const change = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    const refs: DueRef[] = this.#definitions
      .flatMap(({ triggers }) => triggers)
      .filter(({ resource }) => resource === id)
      .flatMap(({ dueOn }) => dueOn(change));
    void this.#makeDue(refs);
  }

  async #makeDue(refs: readonly DueRef[]): Promise<void> {
    await this.due.add(refs);
    for (const shard of new Set(refs.map((ref) => ref.shard))) {
      setImmediate(() => void this.#run(shard));
    }
  }

  async #run(shard: string): Promise<void> {
    await this.#runner?.run(shard).catch((error: unknown) => this.errors.push(error));
  }

  /** Time passes: kubelets renew and act every second, controllers act when due. */
  async advance(ms: number, stepMs = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(left, stepMs));
      await this.#sweep();
      await this.kubelets();
    }
  }

  /** As the worker's: sets the alarms of what is due soon. */
  async #sweep(): Promise<void> {
    for (const shard of await this.due.dueShards(ALARM_HORIZON_MS)) {
      void this.#run(shard);
    }
  }

  /** Only controllers act, for the milliseconds that their own waits need. */
  async rest(): Promise<void> {
    await this.clock.advance(500);
  }

  /** One round of all living kubelets. */
  async kubelets(): Promise<void> {
    this.#kubelets.round();
    await settle();
  }

  setPhase(namespace: string, name: string, phase: string): void {
    this.#kubelets.setPhase(namespace, name, phase);
  }

  get(id: string, name: string, namespace = 'default'): Loose | undefined {
    const row = this.#objects.find(id, namespace, name) ?? this.#objects.find(id, '', name);
    return row === undefined ? undefined : decodeObject<Loose>(row);
  }
  all(id: string): Loose[] {
    return this.#objects.all(id);
  }

  add(id: string, given: Pick<KubeObject, 'metadata'> & JsonObject): Loose {
    return this.#objects.add(id, given);
  }

  edit(id: string, namespace: string, name: string, change: (object: Loose) => void): void {
    this.#objects.edit(id, namespace, name, change);
  }

  async delete(id: string, namespace: string, name: string, seconds?: number): Promise<void> {
    await this.registry.delete(id, namespace, name, seconds === undefined ? {} : { gracePeriodSeconds: seconds });
  }
}
