/**
 * A whole kubelet with time in hand: an in-memory registry that keeps the contract's promises (compare-and-set, grace,
 * triggers), a state store that watches for double starts, and a due table that runs what is due as the clock goes on.
 * `crashIn` makes the process die at a given call; what is not durable is then lost.
 */
import type { Kubelet } from '../../src/kubelet/create-kubelet.ts';
import type { Node } from '../../src/kubelet/node.ts';
import type { Pod } from '../../src/kubelet/pod.ts';
import type { ManifestFile } from '../../src/kubelet/static-pods/manifest-folder.ts';
import type { Registry } from '../../src/registry/registry.ts';
import type { SimulationProfile, SimulationProfileSpec } from '../../src/resources/fleet/simulation-profile/types.ts';
import type { ProfileSource } from '../../src/runtimes/profile-source.ts';
import type { Runtime, VolumeSource } from '../../src/runtimes/runtime.ts';
import { decodeObject, type StoredObject } from '../../src/storage/stored-object.ts';
import type { Clock } from '../../src/timing/clock.ts';
import type { KubeletConfiguration } from '../../src/values/kubelet-configuration/configuration.ts';
import type { KubeObject } from '../../src/values/object.ts';
import { bootKubelet, type Runtimes, SHARD, SHARDS } from './kubelet-world/boot-kubelet.ts';
import { KubeletLeases } from './kubelet-world/kubelet-leases.ts';
import { KubeletObjects } from './kubelet-world/kubelet-objects.ts';
import { kubeletRegistry } from './kubelet-world/kubelet-registry.ts';
import { MemoryStates } from './kubelet-world/memory-states.ts';
import type { Mortality } from './kubelet-world/mortality.ts';
import { Sleepers, sleep, turns } from './kubelet-world/sleeping.ts';

export { MemoryStates } from './kubelet-world/memory-states.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** Of runtimes whose containers mount nothing. */
export const noVolumes: VolumeSource = { mounts: async () => [] };

export class World implements Mortality {
  now = START;
  /** Of the whole fleet. */
  readonly configuration: KubeletConfiguration;
  readonly states = new MemoryStates();
  readonly due = new Map<string, number>();
  /** Of the keys that are due, from the pass before. */
  readonly notes = new Map<string, string>();
  readonly errors: Error[] = [];
  readonly leases = new KubeletLeases();
  readonly calls = new Map<string, number>();
  readonly most = new Map<string, number>();
  crashIn: number | undefined;
  crashAfterEffect = false;
  dead = false;
  runs = 0;
  /** How far the clock goes on each time it is looked at. */
  tickMs = 0;
  /** How far the worker's wall clock is from everybody's. */
  skewMs = 0;
  /** Of a worker that is started from now on. */
  syncConcurrency = 1_000;
  /** So many of the next modifications fail. */
  failModifies = 0;
  /** Of a worker that is started from now on, for nodes that register. */
  nodeLabels: Record<string, string> = {};
  /** SimulationProfiles, the one that comes first first. */
  simulation: readonly SimulationProfileSpec[] = [];
  /** Manifests of static pods by folder. */
  readonly manifests = new Map<string, readonly ManifestFile[]>();
  readonly registry: Registry;
  readonly #objects: KubeletObjects;
  readonly #sleepers = new Sleepers();
  readonly #runtimes: Runtimes;
  kubelet: Kubelet;
  runtime: Runtime;

  constructor(
    configuration: KubeletConfiguration = {},
    /** What the kubelet has for its runtimes, made of the one that works. */
    runtimes: Runtimes = (simulated) => new Map([['simulated', simulated]]),
  ) {
    this.configuration = configuration;
    this.#runtimes = runtimes;
    this.#objects = new KubeletObjects({
      ...{ shards: SHARDS, now: () => this.now },
      onDue: (key) => void this.due.set(key, Math.min(this.due.get(key) ?? this.now, this.now)),
    });
    this.registry = kubeletRegistry(this.#objects, () => this.#failModify());
    [this.kubelet, this.runtime] = this.#boot();
  }

  #failModify(): void {
    if (this.failModifies > 0) {
      this.failModifies -= 1;
      throw new Error('the write failed');
    }
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
    const sleeping = (ms: number, signal?: AbortSignal) => this.#sleepers.sleep(ms, signal);
    return { now: () => now() + this.skewMs, monotonic: now, sleep: sleeping };
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

  #boot = (): [Kubelet, Runtime] => bootKubelet(this, this.#runtimes);

  /** Every status phase/reason a watcher of the pod would have seen, in order. */
  get history(): ReadonlyMap<string, string[]> {
    return this.#objects.history;
  }

  add(resource: string, object: KubeObject): StoredObject {
    return this.#objects.add(resource, object);
  }
  edit<T extends KubeObject>(resource: string, namespace: string, name: string, change: (object: T) => void): void {
    this.#objects.edit(resource, namespace, name, change);
  }
  delete(resource: string, namespace: string, name: string, seconds: number): void {
    const row = this.#objects.find(resource, namespace, name);
    if (row !== undefined) {
      this.#objects.delete(row, seconds);
    }
  }
  all(resource: string): KubeObject[] {
    return this.#objects.all(resource);
  }
  pod(name: string): Pod | undefined {
    const row = this.#objects.find('pods', 'default', name);
    return row && decodeObject<Pod>(row);
  }
  node(name: string): Node | undefined {
    const row = this.#objects.find('nodes', '', name);
    return row && decodeObject<Node>(row);
  }

  addNode(name: string, extra: { annotations?: Record<string, string>; spec?: Node['spec'] } = {}): void {
    const annotations = { 'fleet.flotilla.dev/runtime': 'simulated', ...extra.annotations };
    this.add('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name, annotations }, spec: extra.spec ?? {} });
  }

  addPod(name: string, spec: Partial<Pod['spec']> = {}, simulation?: object): void {
    const annotations = simulation && { 'fleet.flotilla.dev/simulation': JSON.stringify(simulation) };
    this.add('pods', {
      ...{ apiVersion: 'v1', kind: 'Pod' },
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
        await turns(this.#sleepers.any ? passes : 0);
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
    const taken = new Map([...this.due].filter(([, at]) => at <= this.now));
    for (const key of taken.keys()) {
      this.due.delete(key);
    }
    const context = { lease: { shard: SHARD, holder: 'w', epoch: 1 }, signal: new AbortController().signal };
    const results = await this.kubelet.reconciler.reconcileBatch(
      [...taken.keys()].map((key) => {
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
    for (const key of taken.keys()) {
      this.#settle(key, results.get(key));
    }
  }

  #settle(key: string, result: Error | { readonly requeueAfterMs?: number; readonly note?: string } | undefined): void {
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
