/**
 * A whole kubelet with time in hand: an in-memory registry that keeps the contract's promises (compare-and-set, grace,
 * triggers), a state store that watches for double starts, and a due table that runs what is due as the clock goes on.
 * `crash` makes the process die at a given call; what is not durable is then lost.
 */
import { conflict, notFound, StatusError } from '../../src/errors.ts';
import { createKubelet, type Kubelet } from '../../src/kubelet/create-kubelet.ts';
import type { Node } from '../../src/kubelet/node.ts';
import type { Pod } from '../../src/kubelet/pod.ts';
import { type ServiceAddress, serviceEnv } from '../../src/kubelet/service-env.ts';
import type { ManifestFile } from '../../src/kubelet/static-pods/manifest-folder.ts';
import { kubeletTriggers } from '../../src/kubelet/triggers.ts';
import { createVolumeSource } from '../../src/kubelet/volumes/volume-source.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { SimulationProfile, SimulationProfileSpec } from '../../src/resources/fleet/simulation-profile/types.ts';
import type { ProfileSource } from '../../src/runtimes/profile-source.ts';
import type { Runtime, VolumeSource } from '../../src/runtimes/runtime.ts';
import { createSimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime.ts';
import type { RuntimeStateStore } from '../../src/runtimes/state-store.ts';
import { decodeObject, encodeBody, type StoredObject } from '../../src/storage/stored-object.ts';
import type { Clock } from '../../src/timing/clock.ts';
import { seededRandom } from '../../src/timing/random.ts';
import { KUBELET_DEFAULTS, type KubeletConfiguration } from '../../src/values/kubelet-configuration/configuration.ts';
import type { KubeObject } from '../../src/values/object.ts';
import { presentUids } from './present-uids.ts';
import { silentLogger } from './silent-logger.ts';

const SHARDS = 1;
const SHARD = 'kubelet/0';
const START = Date.parse('2026-01-01T00:00:00Z');

class Crash extends Error {}

/** Of runtimes whose containers mount nothing. */
export const noVolumes: VolumeSource = { mounts: async () => [] };

/** Counts round trips, and fails the moment one attempt of a container gets a second start. */
export class MemoryStates implements RuntimeStateStore {
  readonly rows = new Map<string, { nodeName: string; state: string }>();
  readonly starts = new Map<string, number>();
  readonly doubles: string[] = [];
  loads = 0;
  saves = 0;
  failing: Error | undefined;
  /** Turns of the event loop between what a load saw and its answer, so that others can get in between. */
  lagTurns = 0;

  async load(_: string, uids: readonly string[]): Promise<Map<string, string>> {
    this.loads += 1;
    this.#check();
    const seen = uids.map((uid) => [uid, this.rows.get(uid)?.state ?? ''] as const).filter(([, state]) => state !== '');
    for (let turn = 0; turn < this.lagTurns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return new Map(seen);
  }
  async loadByNodes(_: string, nodeNames: readonly string[] | undefined): Promise<Map<string, string>> {
    this.loads += 1;
    this.#check();
    const rows = [...this.rows].filter(([, row]) => nodeNames === undefined || nodeNames.includes(row.nodeName));
    return new Map(rows.map(([uid, { state }]) => [uid, state]));
  }
  async save(_: string, changes: Parameters<RuntimeStateStore['save']>[1]): Promise<readonly string[]> {
    this.saves += 1;
    this.#check();
    const refused = changes.filter(({ uid, expected }) => this.rows.get(uid)?.state !== expected);
    for (const change of changes.filter((each) => !refused.includes(each))) {
      this.#write(change);
    }
    return refused.map(({ uid }) => uid);
  }
  #write({ uid, nodeName, state }: { uid: string; nodeName: string; state: string | undefined }): void {
    if (state === undefined) {
      this.rows.delete(uid);
    } else {
      this.rows.set(uid, { nodeName, state });
      this.#watch(uid, state);
    }
  }
  #check(): void {
    if (this.failing !== undefined) {
      throw this.failing;
    }
  }
  #watch(uid: string, state: string): void {
    const { containers } = JSON.parse(state) as {
      containers: { name: string; attempt: number; startsAt: number; stopped?: true }[];
    };
    for (const { name, attempt, startsAt, stopped } of containers) {
      const key = `${uid}/${name}/${attempt}`;
      const before = this.starts.get(key);
      if (before !== undefined && before !== startsAt && stopped === undefined) {
        this.doubles.push(key);
      }
      this.starts.set(key, before ?? startsAt);
    }
  }
}

type Row = StoredObject;
type Runtimes = (simulated: Runtime, clock: Clock) => ReadonlyMap<string, Runtime>;

export class World {
  now = START;
  /** Of the whole fleet. */
  readonly configuration: KubeletConfiguration;
  readonly states = new MemoryStates();
  readonly due = new Map<string, number>();
  /** Of the keys that are due, from the pass before. */
  readonly notes = new Map<string, string>();
  /** Every status phase/reason a watcher of the pod would have seen, in order. */
  readonly history = new Map<string, string[]>();
  readonly errors: Error[] = [];
  readonly suspended = new Set<string>();
  readonly leased = new Set<string>();
  /** Milliseconds since a node's last renewal, where it matters. */
  readonly leaseAges = new Map<string, number>();
  readonly calls = new Map<string, number>();
  renewals = 0;
  runs = 0;
  /** How far the clock goes on each time it is looked at. */
  tickMs = 0;
  /** The process dies at this many further calls of the runtime or of a write; undefined: never. */
  crashIn: number | undefined;
  /** Whether the fatal call still takes effect. */
  crashAfterEffect = false;
  dead = false;
  /** Of a worker that is started from now on. */
  syncConcurrency = 1_000;
  /** The most calls of a method that were under way at a time. */
  readonly most = new Map<string, number>();
  readonly #underway = new Map<string, number>();
  /** So many of the next modifications fail. */
  failModifies = 0;
  /** Of a worker that is started from now on, for nodes that register. */
  nodeLabels: Record<string, string> = {};
  /** SimulationProfiles, the one that comes first first. */
  simulation: readonly SimulationProfileSpec[] = [];
  /** Manifests of static pods by folder. */
  readonly manifests = new Map<string, readonly ManifestFile[]>();
  readonly #rows = new Map<string, Row>();
  /** How many sleep for long. */
  #sleepers = 0;
  #revision = 0;
  #uid = 0;
  kubelet: Kubelet;
  runtime: Runtime;

  /** How far the worker's wall clock is from everybody's. */
  skewMs = 0;
  readonly #runtimes: Runtimes;

  constructor(
    configuration: KubeletConfiguration = {},
    /** What the kubelet has for its runtimes, made of the one that works. */
    runtimes: Runtimes = (simulated) => new Map([['simulated', simulated]]),
  ) {
    this.configuration = configuration;
    this.#runtimes = runtimes;
    [this.kubelet, this.runtime] = this.#boot();
  }

  get profiles(): ProfileSource {
    const all = () => this.simulation.map((spec, i) => ({ metadata: { name: `p${i}` }, spec }) as SimulationProfile);
    const says = (about: keyof SimulationProfileSpec): boolean => all().some(({ spec }) => spec?.[about] !== undefined);
    return { isEmpty: false, says, onNode: async () => all() };
  }

  get clock(): Clock {
    const now = (): number => {
      this.now += this.tickMs;
      return this.now;
    };
    return { now: () => now() + this.skewMs, monotonic: now, sleep: (ms, signal) => this.#sleep(ms, signal) };
  }

  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const counts = ms > SHORT_MS ? 1 : 0;
    this.#sleepers += counts;
    try {
      await sleep(ms, signal);
    } finally {
      this.#sleepers -= counts;
    }
  }

  /** A new process on the same durable state. */
  restart(): void {
    this.dead = false;
    this.crashIn = undefined;
    [this.kubelet, this.runtime] = this.#boot();
  }

  /** A second worker that believes it has the shard, as one does that was paused too long. */
  rival(): Kubelet {
    return this.#boot()[0];
  }

  #boot(): [Kubelet, Runtime] {
    const clock = this.clock;
    const volumes = createVolumeSource({
      registry: this.registry,
      issueToken: async ({ serviceaccount, audiences }) => ({
        token: `token of ${serviceaccount.name} for ${audiences.join()}`,
        expiresAt: this.now + 3_600_000,
      }),
      audience: 'api',
      authority: () => 'PEM',
      clock,
    });
    const { states, profiles } = this;
    const runtime = createSimulatedRuntime({ name: 'simulated', states, volumes, profiles, seed: 7, clock });
    const mortal = this.#mortal(runtime, ['ensurePod', 'startContainer', 'stopContainer', 'killPod', 'removePod']);
    const kubelet = createKubelet({
      registry: this.#mortal(this.registry, ['updateStatuses', 'delete', 'deleteAll', 'createAll']),
      nodeLeases: {
        adopt: async (_, names) => {
          for (const name of names) {
            this.leased.add(name);
          }
        },
        renewShard: async () => {
          this.renewals += 1;
          return this.leased.size - this.suspended.size;
        },
        setSuspended: async (names, suspended) => {
          for (const name of names) {
            suspended ? this.suspended.add(name) : this.suspended.delete(name);
          }
        },
        ages: async (names) => new Map([...this.leaseAges].filter(([name]) => names.includes(name))),
        olderThan: async () => [],
        shards: async () => [SHARD],
      },
      runtimes: this.#runtimes(mortal, clock),
      config: {
        configuration: { ...KUBELET_DEFAULTS, ...this.configuration },
        nodeLabels: this.nodeLabels,
        renewIntervalMs: 10_000,
        syncConcurrency: this.syncConcurrency,
      },
      serviceEnvOf: async (namespace, links) =>
        serviceEnv(this.all('services') as unknown as ServiceAddress[], namespace, links),
      manifests: {
        read: async (folder) => this.manifests.get(folder) ?? [],
        changes: async function* () {
          // The test says when.
        },
      },
      shards: SHARDS,
      clock,
      random: seededRandom(3),
      logger: silentLogger,
      due: {
        add: async (refs) => {
          for (const { key } of refs) {
            this.due.set(key, this.now);
          }
        },
      },
    });
    return [kubelet, runtime];
  }

  /** Wraps the named methods: each call may be the one at which the process dies. */
  #mortal<T extends object>(target: T, names: readonly string[]): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') {
          return value;
        }
        return async (...given: unknown[]) => {
          if (this.dead) {
            throw new Crash('dead');
          }
          const counted = names.includes(String(name));
          this.calls.set(String(name), (this.calls.get(String(name)) ?? 0) + 1);
          const fatal = counted && this.crashIn !== undefined && this.crashIn <= 0;
          if (counted && this.crashIn !== undefined) {
            this.crashIn -= 1;
          }
          if (fatal && !this.crashAfterEffect) {
            this.dead = true;
            throw new Crash(String(name));
          }
          const now = (this.#underway.get(String(name)) ?? 0) + 1;
          this.#underway.set(String(name), now);
          this.most.set(String(name), Math.max(now, this.most.get(String(name)) ?? 0));
          const answer: unknown = await value.apply(object, given);
          this.#underway.set(String(name), (this.#underway.get(String(name)) ?? 1) - 1);
          if (fatal) {
            this.dead = true;
            throw new Crash(String(name));
          }
          return answer;
        };
      },
    });
  }

  #put(resource: string, object: KubeObject): Row {
    this.#revision += 1;
    const { namespace = '', name = '', labels = {}, uid = '' } = object.metadata;
    const row = {
      resource,
      namespace,
      name,
      uid,
      labels,
      fields: {},
      revision: this.#revision,
      body: encodeBody(object),
    };
    const key = `${resource}/${namespace}/${name}`;
    const before = this.#rows.get(key);
    this.#rows.set(key, row);
    this.#changed(resource, before && decodeObject(before), decodeObject(row));
    return row;
  }

  #remove(row: Row): void {
    this.#rows.delete(`${row.resource}/${row.namespace}/${row.name}`);
    this.#changed(row.resource, decodeObject(row), undefined);
  }

  #changed(resource: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (resource === 'pods' && after !== undefined) {
      const seen = this.history.get(after.metadata.name ?? '') ?? [];
      const line = summary(after as Pod);
      if (seen.at(-1) !== line) {
        seen.push(line);
      }
      this.history.set(after.metadata.name ?? '', seen);
    }
    const change = { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
    for (const trigger of kubeletTriggers(SHARDS).filter((t) => t.resource === resource)) {
      for (const { key } of trigger.dueOn(change)) {
        this.due.set(key, Math.min(this.due.get(key) ?? this.now, this.now));
      }
    }
  }

  #find(resource: string, namespace: string, name: string): Row | undefined {
    return this.#rows.get(`${resource}/${namespace}/${name}`);
  }

  add(resource: string, object: KubeObject): Row {
    this.#uid += 1;
    const metadata = {
      uid: `00000000-0000-4000-8000-${String(this.#uid).padStart(12, '0')}`,
      creationTimestamp: new Date(this.now).toISOString(),
      generation: 1,
      ...object.metadata,
    };
    return this.#put(resource, { ...object, metadata });
  }

  get registry(): Registry {
    const registry: Partial<Registry> = {
      create: async (id, _namespace, object) => {
        const { metadata = {} } = object as KubeObject;
        if (this.#find(id, metadata.namespace ?? '', metadata.name ?? '') !== undefined) {
          throw new StatusError('AlreadyExists', `${id} "${metadata.name}" already exists`, {});
        }
        return { object: this.add(id, object as KubeObject), warnings: [], created: true };
      },
      createAll: async (id, objects) =>
        objects.map((object) => {
          const { namespace = '', name = '' } = object.metadata;
          return this.#find(id, namespace, name) === undefined
            ? { object: this.add(id, object), warnings: [], created: true }
            : new StatusError('AlreadyExists', `${id} "${name}" already exists`, {});
        }),
      find: async (id, namespace, name) => this.#find(id, namespace, name),
      getMany: async (id, keys) => keys.flatMap(({ namespace, name }) => this.#find(id, namespace, name) ?? []),
      locate: async (uids) => presentUids(this.#rows.values(), uids),
      list: async (id, { fields = [], nodeNames }) => {
        const isOn = (row: StoredObject, name: string): boolean => row.body.includes(`"nodeName":"${name}"`);
        const items = [...this.#rows.values()].filter(
          (row) =>
            row.resource === id &&
            fields.every(({ value }) => isOn(row, value)) &&
            (nodeNames?.some((name) => isOn(row, name)) ?? true),
        );
        return { revision: this.#revision, items };
      },
      modify: async (id, namespace, name, change, options) => {
        if (this.failModifies > 0) {
          this.failModifies -= 1;
          throw new Error('the write failed');
        }
        const row = this.#find(id, namespace, name);
        if (row === undefined || (options?.uid !== undefined && options.uid !== row.uid)) {
          return undefined;
        }
        const object = decodeObject(row);
        return change(object as never) === false ? row : this.#put(id, object);
      },
      updateStatuses: async (id, changes) =>
        changes.map(({ before, after }) => {
          const row = this.#find(id, before.namespace, before.name);
          const of = { group: '', resource: id };
          if (row === undefined || row.uid !== before.uid) {
            return notFound(of, before.name);
          }
          return row.revision === before.revision ? this.#put(id, after) : conflict(of, before.name);
        }),
      delete: async (id, namespace, name, { gracePeriodSeconds = 30, preconditions = {} } = {}) => {
        const row = this.#find(id, namespace, name);
        if (row === undefined) {
          throw notFound({ group: '', resource: id }, name);
        }
        if (preconditions.uid !== undefined && preconditions.uid !== row.uid) {
          throw conflict({ group: '', resource: id }, name, 'Precondition failed: UID in precondition');
        }
        return this.#delete(row, gracePeriodSeconds);
      },
      deleteAll: async (id, objects, { gracePeriodSeconds = 30 } = {}) =>
        objects.map(({ namespace, name, uid }) => {
          const row = this.#find(id, namespace, name);
          return row?.uid === uid ? this.#delete(row, gracePeriodSeconds).object : undefined;
        }),
    };
    return registry as Registry;
  }

  #delete(row: Row, seconds: number): { object: Row; removed: boolean } {
    const object = decodeObject(row);
    const isHeld = (object.metadata.finalizers ?? []).length > 0;
    if (row.resource !== 'pods' || (seconds === 0 && !isHeld)) {
      this.#remove(row);
      return { object: row, removed: true };
    }
    object.metadata.deletionTimestamp = new Date(this.now + seconds * 1_000).toISOString();
    object.metadata.deletionGracePeriodSeconds = seconds;
    return { object: this.#put(row.resource, object), removed: false };
  }

  edit<T extends KubeObject>(resource: string, namespace: string, name: string, change: (object: T) => void): void {
    const row = this.#find(resource, namespace, name);
    if (row === undefined) {
      throw new Error(`no ${resource} ${name}`);
    }
    const object = decodeObject<T>(row);
    change(object);
    this.#put(resource, object);
  }

  delete(resource: string, namespace: string, name: string, seconds: number): void {
    const row = this.#find(resource, namespace, name);
    if (row !== undefined) {
      this.#delete(row, seconds);
    }
  }

  pod(name: string): Pod | undefined {
    const row = this.#find('pods', 'default', name);
    return row && decodeObject<Pod>(row);
  }
  node(name: string): Node | undefined {
    const row = this.#find('nodes', '', name);
    return row && decodeObject<Node>(row);
  }
  all(resource: string): KubeObject[] {
    return [...this.#rows.values()].filter((row) => row.resource === resource).map((row) => decodeObject(row));
  }

  addNode(name: string, extra: { annotations?: Record<string, string>; spec?: Node['spec'] } = {}): void {
    const annotations = { 'fleet.flotilla.dev/runtime': 'simulated', ...extra.annotations };
    this.add('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, annotations }, spec: extra.spec ?? {} });
  }

  addPod(name: string, spec: Partial<Pod['spec']> = {}, simulation?: object): void {
    const annotations = simulation && { 'fleet.flotilla.dev/simulation': JSON.stringify(simulation) };
    this.add('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...(annotations && { annotations }) },
      spec: { nodeName: 'n1', restartPolicy: 'Always', containers: [{ name: 'main', image: 'web:1' }], ...spec },
      status: { phase: 'Pending' },
    });
  }

  /** Runs all that becomes due within `ms`, moving the clock from due time to due time. */
  async run(ms: number): Promise<void> {
    const until = this.now + ms;
    for (let i = 0; i < 100_000; i += 1) {
      const next = Math.min(...this.due.values());
      const passes = Math.min(next, until) - this.now;
      if (passes > 0) {
        await turns(this.#sleepers > 0 ? passes : 0);
        if (Math.min(...this.due.values()) < next) {
          continue;
        }
      }
      if (this.due.size === 0 || next > until) {
        this.now = Math.max(this.now, until);
        return;
      }
      this.now = Math.max(this.now, next);
      await this.pass();
    }
    throw new Error('the world never comes to rest');
  }

  /** What the kubelet has said, as `reason message (xN)`, oldest first. */
  async events(): Promise<string[]> {
    const stop = new AbortController();
    const running = this.kubelet.start(stop.signal);
    await sleep(5_000);
    stop.abort();
    await running;
    const events = this.all('events') as unknown as { reason: string; message: string; count: number }[];
    return events.map(({ reason, message, count }) => `${reason} ${message}${count > 1 ? ` (x${count})` : ''}`);
  }

  /** One claim of the shard: all that is due now. After a crash nothing of it is settled and a new process starts. */
  async pass(): Promise<void> {
    this.runs += 1;
    const keys = [...this.due].filter(([, at]) => at <= this.now).map(([key]) => key);
    const taken = new Map(keys.map((key) => [key, this.due.get(key) ?? 0]));
    for (const key of keys) {
      this.due.delete(key);
    }
    const context = { lease: { shard: SHARD, holder: 'w', epoch: 1 }, signal: new AbortController().signal };
    const results = await this.kubelet.reconciler.reconcileBatch(
      keys.map((key) => {
        const note = this.notes.get(key);
        return { key, attempt: 0, ...(note === undefined ? {} : { note }) };
      }),
      context,
    );
    if (this.dead) {
      for (const [key, at] of taken) {
        this.due.set(key, at);
      }
      this.restart();
      return;
    }
    for (const key of keys) {
      const result = results.get(key);
      if (result instanceof Error) {
        this.errors.push(result);
      }
      const afterMs = result instanceof Error ? 1_000 : result?.requeueAfterMs;
      const note = result instanceof Error ? this.notes.get(key) : result?.note;
      note === undefined ? this.notes.delete(key) : this.notes.set(key, note);
      if (afterMs !== undefined) {
        this.due.set(key, Math.min(this.due.get(key) ?? Number.POSITIVE_INFINITY, this.now + afterMs));
      }
    }
  }
}

/** Who sleeps no longer than this ends with the pass, or nearly so. */
const SHORT_MS = 1_000;

/** What goes on beside the passes has its part of the time that passes between them. */
async function turns(ms: number): Promise<void> {
  for (let turn = 0; turn < 10 + Math.min(ms, 10_000) / 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Time stands still within a pass; who sleeps longer is woken later. */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  for (let turn = 0; turn < 20 + Math.min(ms, 10_000) / 10; turn += 1) {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What `kubectl get` would print as STATUS, roughly. */
function summary({ status, metadata }: Pod): string {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(
    ({ state }) => state.waiting?.reason ?? state.terminated?.reason ?? (state.running ? 'Running' : '?'),
  );
  const ending = metadata.deletionTimestamp === undefined ? '' : ' terminating';
  return `${status?.phase ?? '-'} [${states.join(' ')}]${ending}`;
}
