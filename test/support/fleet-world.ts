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
import { controllerOf } from '../../src/controllers/owner-references.ts';
import { Views } from '../../src/controllers/views/views.ts';
import { alreadyExists, conflict, invalid, notFound } from '../../src/errors.ts';
import { ALARM_HORIZON_MS, AlarmClock } from '../../src/queue/alarm-clock.ts';
import { ShardRunner } from '../../src/queue/shard-runner.ts';
import { budgetOf, isBeyondBudgets, spendBudget } from '../../src/registry/eviction-verdict.ts';
import type { Change, ChangeBatch, DueRef, ObjectRef, Registry, StoredObject } from '../../src/registry/registry.ts';
import type { Fault } from '../../src/resources/fleet/fault.ts';
import { reachOf } from '../../src/resources/fleet/fault-reach.ts';
import { RESOURCES, resourceId } from '../../src/resources/index.ts';
import { decodeObject, encodeBody } from '../../src/storage/stored-object.ts';
import { seededRandom } from '../../src/timing/random.ts';
import { matchesLabels } from '../../src/values/label-selector.ts';
import type { JsonObject, KubeObject } from '../../src/values/object.ts';
import { DEFAULT_PROFILE } from '../../src/values/scheduler-profile.ts';
import { ManualClock, settle } from './manual-clock.ts';
import { MemoryDueStore } from './memory-due-store.ts';
import { presentUids } from './present-uids.ts';
import { silentLogger } from './silent-logger.ts';

/** Looser than the kinds' own types, so that tests can look into everything. */
// biome-ignore lint/suspicious/noExplicitAny: a test's view of arbitrary JSON.
export type Loose = KubeObject & { spec: any; status: any; metadata: KubeObject['metadata'] & { name: string } };

const of = (id: string) => {
  const [resource = id, ...group] = id.split('.');
  return { group: group.join('.'), resource };
};

const NO_CERTIFICATES: ControllerContext['certificates'] = {
  issuer: {
    identityOf: () => assert.fail('this world has no authority'),
    issue: () => assert.fail('this world has no authority'),
  },
  mayRequest: async () => false,
};

/** What the real registry refuses of a status. */
const STATUS_RULES = new Map(RESOURCES.map((kind) => [resourceId(kind), kind.validateStatusUpdate]));

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
  static readonly #SETTINGS: Omit<ControllerSettings, 'seed'> = {
    nodeMonitorPeriodMs: 5_000,
    nodeMonitorGracePeriodMs: 50_000,
    podGcIntervalMs: 20_000,
    podGcQuarantineMs: 40_000,
    nodeStartupGracePeriodMs: 60_000,
    ...{ nodeEvictionRate: 0.1, secondaryNodeEvictionRate: 0.01, unhealthyZoneThreshold: 0.55 },
    ...{ largeClusterSizeThreshold: 50, terminatedPodGcThreshold: 12_500 },
    scheduler: {
      ...{ percentageOfNodesToScore: 0, podInitialBackoffMs: 1_000, podMaxBackoffMs: 10_000 },
      profiles: [DEFAULT_PROFILE],
    },
  };
  readonly #rows = new Map<string, StoredObject>();
  readonly #log: Change[] = [];
  readonly #leases = new Map<string, number>();
  #stop = new AbortController();
  readonly #definitions: readonly ControllerDefinition[];
  #wake: (() => void)[] = [];
  #revision = 0;
  #uid = 0;
  #addresses = 0;
  #runner: ShardRunner | undefined;

  constructor(definitions: readonly ControllerDefinition[], seed = 1, settings: Partial<ControllerSettings> = {}) {
    this.#definitions = definitions;
    this.config = { ...FleetWorld.#SETTINGS, ...settings, seed };
    this.random = seededRandom(seed);
    this.registry = this.#makeRegistry();
    this.views = new Views({ registry: this.registry, clock: this.clock, random: this.random, logger: silentLogger });
  }

  /** Starts the controllers. */
  async start(): Promise<void> {
    const context: ControllerContext = {
      ...{ registry: this.registry, views: this.views, config: this.config, clock: this.clock, random: this.random },
      logger: silentLogger,
      certificates: NO_CERTIFICATES,
      apiAuthorities: async () => this.authorities,
      issueAccountToken: async ({ namespace, name, uid }, secretName) =>
        `token of ${namespace}/${name} ${uid} in ${secretName}`,
      wakeKubelets: async (targets) => void this.woken.push(...targets),
      nodeLeases: {
        adopt: async () => undefined,
        renewShard: async () => 0,
        setSuspended: async () => undefined,
        shards: async () => [],
        ages: async (names) =>
          new Map(names.flatMap((name) => (this.#leases.has(name) ? [[name, this.#age(name)] as const] : []))),
        olderThan: async (ms) =>
          [...this.#leases.keys()]
            .map((nodeName) => ({ nodeName, ageMs: this.#age(nodeName) }))
            .filter(({ ageMs }) => ageMs > ms),
      },
      events: (component) => (object, type, reason, message) =>
        void this.events.push({
          ...{ component, kind: object.kind, name: object.metadata.name ?? '', type, reason, message },
        }),
    };
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

  stop(): void {
    this.#stop.abort(new Error('the world ends'));
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
  }

  /** The process ends in the midst of whatever it does, and another takes over. */
  async restart(): Promise<void> {
    this.stop();
    this.#stop = new AbortController();
    this.views = new Views({ registry: this.registry, clock: this.clock, random: this.random, logger: silentLogger });
    await this.start();
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

  /** By hand or by a Fault. */
  #isDead(name: string): boolean {
    const row = this.#find('nodes', '', name);
    const now = this.clock.now();
    const holds = (stored: StoredObject): boolean => {
      const { startsAt, endsAt, meansNode, hitAt } = reachOf(decodeObject<Fault>(stored));
      const at = row === undefined || !meansNode({ name, labels: row.labels }) ? undefined : hitAt(row.uid);
      return at !== undefined && now >= Math.max(at, startsAt) && now < endsAt;
    };
    return this.deadNodes.has(name) || this.#all('faults.fleet.flotilla.dev').some(holds);
  }

  /** One round of all living kubelets. */
  async kubelets(): Promise<void> {
    for (const row of this.#all('nodes')) {
      if (!this.#isDead(row.name)) {
        this.#leases.set(row.name, this.clock.monotonic());
        this.#reportNode(row);
      }
    }
    for (const row of this.#all('pods')) {
      this.#syncPod(row);
    }
    await settle();
  }

  #age = (name: string): number => this.clock.monotonic() - (this.#leases.get(name) ?? 0);

  #reportNode(row: StoredObject): void {
    const node = decodeObject<Loose>(row);
    const ready = node.status?.conditions?.find((c: { type: string }) => c.type === 'Ready');
    if (ready?.status !== 'True') {
      const now = new Date(this.clock.now()).toISOString();
      const conditions = [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now },
      ];
      const capacity = JSON.parse(node.metadata.annotations?.['fleet.flotilla.dev/capacity'] ?? 'null') as
        | object
        | null;
      const allocatable = node.status?.allocatable ?? capacity ?? { cpu: '4', memory: '16Gi', pods: '110' };
      this.#put('nodes', { ...node, status: { ...node.status, allocatable, conditions } });
    }
  }

  #syncPod(row: StoredObject): void {
    const pod = decodeObject<Loose>(row);
    const nodeName: string = pod.spec.nodeName ?? '';
    if (nodeName === '' || this.#isDead(nodeName) || this.#find('nodes', '', nodeName) === undefined) {
      return;
    }
    const deletion = pod.metadata.deletionTimestamp;
    if (deletion !== undefined) {
      if (Date.parse(deletion) - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1_000 + 1_000 <= this.clock.now()) {
        this.#endPod(pod);
      }
      return;
    }
    if ((pod.status?.phase ?? 'Pending') === 'Pending') {
      const phase = this.startPod(pod);
      if (phase !== 'Pending') {
        this.setPhase(row.namespace, row.name, phase);
      }
    }
  }

  /** One that others hold by a finalizer says first how it ended. */
  #endPod(pod: Loose): void {
    const { name, namespace = '', finalizers = [] } = pod.metadata;
    if (finalizers.length > 0 && ['Running', 'Pending'].includes(pod.status?.phase ?? 'Pending')) {
      this.setPhase(namespace, name, 'Failed');
    }
    if (pod.metadata.deletionGracePeriodSeconds !== 0 || finalizers.length === 0) {
      this.#delete('pods', namespace, name, { gracePeriodSeconds: 0 });
    }
  }

  #nextAddress(): string {
    this.#addresses += 1;
    return `10.0.${Math.floor(this.#addresses / 250)}.${1 + (this.#addresses % 250)}`;
  }

  setPhase(namespace: string, name: string, phase: string): void {
    this.edit('pods', namespace, name, (pod) => {
      const lastTransitionTime = new Date(this.clock.now()).toISOString();
      const status = phase === 'Running' ? 'True' : 'False';
      const others = (pod.status?.conditions ?? []).filter(({ type }: { type: string }) => type !== 'Ready');
      const podIP = pod.status?.podIP ?? this.#nextAddress();
      pod.status = { ...pod.status, phase, podIP, podIPs: [{ ip: podIP }] };
      pod.status = { ...pod.status, conditions: [...others, { type: 'Ready', status, lastTransitionTime }] };
    });
  }

  #key = (id: string, namespace: string, name: string): string => `${id}/${namespace}/${name}`;
  #find(id: string, namespace: string, name: string): StoredObject | undefined {
    return this.#rows.get(this.#key(id, namespace, name));
  }
  #missing(id: string, name: string): never {
    throw notFound(of(id), name);
  }
  #all(id: string): StoredObject[] {
    return [...this.#rows.values()].filter((row) => row.resource === id);
  }

  get(id: string, name: string, namespace = 'default'): Loose | undefined {
    const row = this.#find(id, namespace, name) ?? this.#find(id, '', name);
    return row === undefined ? undefined : decodeObject<Loose>(row);
  }
  all(id: string): Loose[] {
    return this.#all(id).map((row) => decodeObject<Loose>(row));
  }

  add(id: string, given: Pick<KubeObject, 'metadata'> & JsonObject): Loose {
    return decodeObject<Loose>(this.#create(id, { apiVersion: 'v1', kind: id, ...given } as unknown as KubeObject));
  }

  edit(id: string, namespace: string, name: string, change: (object: Loose) => void): void {
    const row = this.#find(id, namespace, name);
    if (row === undefined) {
      throw notFound(of(id), name);
    }
    const object = decodeObject<Loose>(row);
    change(object);
    this.#put(id, object);
  }

  async delete(id: string, namespace: string, name: string, seconds?: number): Promise<void> {
    await this.registry.delete(id, namespace, name, seconds === undefined ? {} : { gracePeriodSeconds: seconds });
  }

  #create(id: string, given: KubeObject): StoredObject {
    const refused = this.refuse?.(given);
    if (refused !== undefined) {
      throw refused;
    }
    this.#uid += 1;
    const { generateName = '', namespace = '' } = given.metadata;
    const name = given.metadata.name ?? `${generateName}${String(this.#uid).padStart(5, '0')}`;
    if (this.#find(id, namespace, name) !== undefined) {
      throw alreadyExists(of(id), name);
    }
    const metadata = {
      ...given.metadata,
      name,
      uid: `uid-${String(this.#uid).padStart(8, '0')}`,
      creationTimestamp: new Date(this.clock.now()).toISOString(),
      generation: 1,
    };
    return this.#put(id, { ...structuredClone(given), metadata } as KubeObject);
  }

  #put(id: string, object: KubeObject): StoredObject {
    this.#revision += 1;
    const { namespace = '', name = '', labels = {}, uid = '' } = object.metadata;
    const key = this.#key(id, namespace, name);
    const before = this.#rows.get(key);
    const old = before === undefined ? undefined : decodeObject(before);
    if (old !== undefined && JSON.stringify(old.spec) !== JSON.stringify(object.spec)) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    const row = {
      resource: id,
      namespace,
      name,
      uid,
      labels,
      fields: {},
      revision: this.#revision,
      body: encodeBody(object),
    };
    this.#rows.set(key, row);
    this.#log.push({ revision: row.revision, type: before === undefined ? 'ADDED' : 'MODIFIED', object: row });
    this.#changed(id, old, decodeObject(row));
    if (object.metadata.deletionTimestamp !== undefined && this.#mayGo(id, object)) {
      this.#drop(id, row);
    }
    return row;
  }

  /** A deletion that only waited for finalizers. */
  #mayGo = (id: string, { metadata, spec }: KubeObject): boolean =>
    (metadata.finalizers ?? []).length === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    (id !== 'namespaces' || ((spec as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0);

  #drop(id: string, row: StoredObject): void {
    this.#revision += 1;
    this.#rows.delete(this.#key(id, row.namespace, row.name));
    this.#log.push({ revision: this.#revision, type: 'DELETED', object: { ...row, revision: this.#revision } });
    this.#changed(id, decodeObject(row), undefined);
  }

  #changed(id: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    this.onWrite?.(id, after as Loose | undefined);
    const change = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    const refs: DueRef[] = this.#definitions
      .flatMap(({ triggers }) => triggers)
      .filter(({ resource }) => resource === id)
      .flatMap(({ dueOn }) => dueOn(change));
    void this.due.add(refs);
    for (const wake of this.#wake.splice(0)) {
      wake();
    }
    for (const shard of new Set(refs.map((ref) => ref.shard))) {
      setImmediate(() => void this.#run(shard));
    }
  }

  async *#changes(from: number, resources: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<ChangeBatch> {
    let at = from;
    while (!signal.aborted) {
      if (at < this.#revision) {
        const changes = this.#log.filter(({ revision, object }) => revision > at && resources.has(object.resource));
        at = this.#revision;
        yield { revision: at, changes };
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }

  #makeRegistry(): Registry {
    const attempt = <T>(run: () => T): T | Error => {
      try {
        return run();
      } catch (error) {
        return error as Error;
      }
    };
    const update = (id: string, before: StoredObject, after: KubeObject): StoredObject | Error => {
      const row = this.#find(id, before.namespace, before.name);
      if (row === undefined || row.uid !== before.uid) {
        return notFound(of(id), before.name);
      }
      const causes = STATUS_RULES.get(id)?.(after, decodeObject(before)) ?? [];
      if (causes.length > 0) {
        return invalid({ group: of(id).group, kind: after.kind }, before.name, causes);
      }
      return row.revision === before.revision ? this.#put(id, after) : conflict(of(id), before.name);
    };
    const registry: Partial<Registry> = {
      currentRevision: async () => this.#revision,
      changes: ({ from, resources, signal }) => this.#changes(from, resources, signal),
      find: async (id, namespace, name) => this.#find(id, namespace, name),
      getMany: async (id, keys) => keys.flatMap(({ namespace, name }) => this.#find(id, namespace, name) ?? []),
      definitions: () => RESOURCES,
      list: async (id, { namespace, labels = [], controllerUid, limit = Number.POSITIVE_INFINITY }) => {
        const isOf = (row: StoredObject): boolean =>
          controllerUid === undefined || controllerOf(decodeObject(row))?.uid === controllerUid;
        const all = this.#all(id)
          .filter((row) => namespace === undefined || row.namespace === namespace)
          .filter((row) => matchesLabels(labels, row.labels) && isOf(row));
        const items = all.slice(0, limit);
        return { revision: this.#revision, items, remaining: all.length - items.length };
      },
      listRefs: async (id, { createdBefore = Number.POSITIVE_INFINITY, limit, after }) => {
        const key = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
        const items = this.#refs()
          .filter(({ resource, createdAt }) => resource === id && !(createdAt >= createdBefore))
          .filter((ref) => after === undefined || key(ref) > key(after))
          .sort((a, b) => (key(a) < key(b) ? -1 : 1));
        return { revision: this.#revision, items: items.slice(0, limit) };
      },
      getScale: async (id, namespace, name) => {
        const { metadata, spec } = decodeObject<Loose>(this.#find(id, namespace, name) ?? this.#missing(id, name));
        return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: spec.replicas } };
      },
      create: async (id, _, object) => ({
        object: this.#create(id, object as KubeObject),
        warnings: [],
        created: true,
      }),
      createAll: async (id, objects) =>
        objects.map((object) => attempt(() => ({ object: this.#create(id, object), warnings: [], created: true }))),
      update: async (id, namespace, name, given) => {
        const object = structuredClone(given) as KubeObject;
        const row = this.#find(id, namespace, name);
        if (row === undefined) {
          throw notFound(of(id), name);
        }
        if ((object.metadata.resourceVersion ?? String(row.revision)) !== String(row.revision)) {
          throw conflict(of(id), name);
        }
        return { object: this.#put(id, object), warnings: [], created: false };
      },
      modify: async (id, namespace, name, change, options = {}) => {
        const row = this.#find(id, namespace, name);
        if (row === undefined || (options.uid !== undefined && options.uid !== row.uid)) {
          return undefined;
        }
        const object = decodeObject(row);
        return change(object as never) === false ? row : this.#put(id, object);
      },
      updateStatuses: async (id, changes) => changes.map(({ before, after }) => update(id, before, after)),
      bindAll: async (bindings) =>
        bindings.map(({ pod, nodeName }) => {
          const object = decodeObject<Loose>(pod);
          object.spec.nodeName = nodeName;
          const { conditions = [] } = object.status ?? {};
          const others = conditions.filter(({ type }: { type: string }) => type !== 'PodScheduled');
          object.status = { ...object.status, conditions: [...others, { type: 'PodScheduled', status: 'True' }] };
          return update('pods', pod, object);
        }),
      delete: async (id, namespace, name, options = {}) => this.#delete(id, namespace, name, options),
      deleteAll: async (id, objects, options = {}) =>
        objects.map(({ namespace, name, uid }) =>
          attempt(() => this.#delete(id, namespace, name, { ...options, preconditions: { uid } }).object),
        ),
      evict: async (namespace, name, options = {}) => this.#evict(namespace, name, options),
      deleteCollection: async (id, { namespace }) => {
        const refused = this.refuseDeletion?.(id);
        if (refused !== undefined) {
          throw refused;
        }
        const items = this.#all(id).filter((row) => row.namespace === namespace);
        for (const { name } of items) {
          await this.#delete(id, namespace ?? '', name, {});
        }
        return { revision: this.#revision, items };
      },
      finalizeNamespace: async (name, namespace) => {
        const object = namespace as KubeObject;
        this.#put('namespaces', object);
        return { object: this.#find('namespaces', '', name) ?? ({} as StoredObject), warnings: [], created: false };
      },
      dependentsOf: async (uids, { limit, after } = {}) => {
        const key = ({ resource, namespace, name }: { resource: string; namespace: string; name: string }) =>
          `${resource}\0${namespace}\0${name}`;
        return this.#refs()
          .filter(({ ownerUids }) => ownerUids.some((owner) => uids.includes(owner)))
          .filter((ref) => after === undefined || key(ref) > key(after))
          .sort((a, b) => (key(a) < key(b) ? -1 : 1))
          .slice(0, limit);
      },
      locate: async (uids) => presentUids(this.#rows.values(), uids),
    };
    return registry as Registry;
  }

  #refs(): ObjectRef[] {
    return [...this.#rows.values()].map((row) => ({
      ...row,
      ownerUids: (decodeObject(row).metadata.ownerReferences ?? []).map(({ uid }) => uid),
      createdAt: Date.parse(decodeObject(row).metadata.creationTimestamp ?? ''),
    }));
  }

  /** As the registry: the budget pays, or the pod stays. */
  #evict(namespace: string, name: string, options: Parameters<Registry['evict']>[2] & object): void {
    const pod = decodeObject<Loose>(this.#find('pods', namespace, name) ?? this.#missing('pods', name));
    const budgets = this.all('poddisruptionbudgets.policy').filter(({ metadata }) => metadata.namespace === namespace);
    const budget = isBeyondBudgets(pod) ? undefined : budgetOf(pod, budgets);
    const status = budget === undefined ? undefined : spendBudget(pod, budget, this.clock.now());
    if (budget !== undefined && status !== undefined) {
      this.edit('poddisruptionbudgets.policy', namespace, budget.metadata.name ?? '', (object) => {
        object.status = status;
      });
    }
    this.onEvict?.(pod);
    this.#delete('pods', namespace, name, options);
  }

  #delete(
    id: string,
    namespace: string,
    name: string,
    options: Parameters<Registry['delete']>[3] & object,
  ): { object: StoredObject; removed: boolean } {
    const row = this.#find(id, namespace, name);
    if (row === undefined) {
      throw notFound(of(id), name);
    }
    if (options.preconditions?.uid !== undefined && options.preconditions.uid !== row.uid) {
      throw conflict(of(id), name, 'Precondition failed: UID in precondition');
    }
    const { resourceVersion = String(row.revision) } = options.preconditions ?? {};
    if (resourceVersion !== String(row.revision)) {
      throw conflict(of(id), name, 'Precondition failed: ResourceVersion in precondition');
    }
    const object = decodeObject<Loose>(row);
    const bound = id === 'pods' && (object.spec.nodeName ?? '') !== '';
    const over = ['Succeeded', 'Failed'].includes(object.status?.phase);
    const grace = bound && !over ? (options.gracePeriodSeconds ?? 30) : 0;
    const { propagationPolicy } = options;
    const added = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }[
      propagationPolicy ?? 'Background'
    ];
    if (added !== undefined) {
      object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), added])];
    }
    object.metadata.deletionTimestamp ??= new Date(this.clock.now() + grace * 1_000).toISOString();
    object.metadata.deletionGracePeriodSeconds = Math.min(object.metadata.deletionGracePeriodSeconds ?? grace, grace);
    const after = this.#put(id, object);
    return { object: after, removed: this.#find(id, namespace, name) === undefined };
  }
}
