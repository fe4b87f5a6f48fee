/** The scheduler's world over objects that a test puts in and takes out, without a registry or a clock. */
import type { Node } from '../../src/controllers/kinds/node.ts';
import type { Pod } from '../../src/controllers/kinds/pod.ts';
import { ReadyDemands } from '../../src/controllers/scheduler/demand/ready-demands.ts';
import { failureMessage } from '../../src/controllers/scheduler/diagnosis.ts';
import { Nominations } from '../../src/controllers/scheduler/nominations.ts';
import type { Refusal } from '../../src/controllers/scheduler/plugins/plugin.ts';
import { readyProfile } from '../../src/controllers/scheduler/profiles/profile.ts';
import { ProfileScheduler } from '../../src/controllers/scheduler/profiles/profile-schedulers.ts';
import { createWorld, type World } from '../../src/controllers/scheduler/world/world.ts';
import { type NodeInfo, toNodeInfo } from '../../src/controllers/views/node-info.ts';
import { type PodInfo, toPodInfo } from '../../src/controllers/views/pod-info.ts';
import type { Views } from '../../src/controllers/views/views.ts';
import { VolumeView } from '../../src/controllers/views/volume-view.ts';
import { Informer, type InformerOptions } from '../../src/registry/informer.ts';
import type { StoredObject } from '../../src/registry/registry.ts';
import type { KubeObject } from '../../src/values/object.ts';
import { DEFAULT_PROFILE, type SchedulerProfile } from '../../src/values/scheduler-profile.ts';

type Listener<T> = (now: T | undefined, before: T | undefined) => void;
type Followed = Pick<InformerOptions<unknown>, 'resource' | 'project' | 'onChange'>;

export interface PodShape {
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly owner?: string;
  readonly cpu?: string;
  readonly spec?: object;
  readonly status?: object;
  readonly deleting?: boolean;
}
export interface NodeShape {
  readonly labels?: Record<string, string>;
  readonly spec?: object;
  readonly allocatable?: Record<string, string>;
  readonly images?: readonly object[];
}
const ROOM = { cpu: '4', memory: '16Gi', pods: '110' };

/** An informer that is fed by hand. */
class FedInformer extends Informer<unknown> {
  readonly items = new Map<string, unknown>();
  override get(namespace: string, name: string): unknown {
    return this.items.get(namespace === '' ? name : `${namespace}/${name}`);
  }
}

export class SchedulerWorld {
  readonly world: World;
  readonly nominations = new Nominations();
  readonly demands: ReadyDemands;
  readonly #scheduler: ProfileScheduler;
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #pods = new Map<string, PodInfo>();
  readonly #podListeners: Listener<PodInfo>[] = [];
  readonly #nodeListeners: Listener<NodeInfo>[] = [];
  readonly #followed: { options: Followed; informer: FedInformer }[] = [];
  #revision = 0;

  constructor(settings: Partial<SchedulerProfile> = {}, seed = 1) {
    const follow = (options: Followed): FedInformer => {
      const informer = new FedInformer(options);
      this.#followed.push({ options, informer });
      return informer;
    };
    const views = {
      ...{ follow, storage: new VolumeView(follow as unknown as ConstructorParameters<typeof VolumeView>[0]) },
      onPod: (listener: Listener<PodInfo>) => void this.#podListeners.push(listener),
      onNode: (listener: Listener<NodeInfo>) => void this.#nodeListeners.push(listener),
    } as unknown as Views;
    this.world = createWorld(views);
    const profile = readyProfile({ ...DEFAULT_PROFILE, ...settings }, 0);
    this.demands = new ReadyDemands(profile, this.world);
    this.#scheduler = new ProfileScheduler(profile, () => undefined, this.world, this.nominations, seed);
  }

  #stored(labels: Record<string, string>): StoredObject {
    this.#revision += 1;
    return { labels, revision: this.#revision } as unknown as StoredObject;
  }

  node(name: string, { labels = {}, spec = {}, allocatable = ROOM, images = [] }: NodeShape = {}): NodeInfo {
    const object = { metadata: { name, uid: name, labels }, spec, status: { allocatable, images } };
    const info = toNodeInfo(object as unknown as Node, this.#stored(labels));
    this.#tell(this.#nodeListeners, this.#nodes, name, info);
    return info;
  }

  noNode(name: string): void {
    this.#tell(this.#nodeListeners, this.#nodes, name, undefined);
  }

  /** Only made: nobody knows of it yet. */
  newPod(name: string, shape: PodShape = {}): PodInfo {
    const { namespace = 'default', labels = {}, owner, cpu, spec = {}, status = {}, deleting = false } = shape;
    const ownerReferences =
      owner === undefined
        ? []
        : [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true }];
    const resources = cpu === undefined ? {} : { requests: { cpu } };
    const object = {
      metadata: {
        ...{ name, namespace, uid: `${namespace}/${name}`, labels, ownerReferences },
        ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
      },
      spec: { containers: [{ name: 'c', image: 'app:1', resources }], ...spec },
      status,
    };
    return toPodInfo(object as unknown as Pod, this.#stored(labels));
  }

  /** A pod that the fleet has; `nodeName` '' while it is unbound. */
  pod(name: string, nodeName: string, shape: PodShape = {}): PodInfo {
    const spec = { ...shape.spec, ...(nodeName === '' ? {} : { nodeName }) };
    const info = this.newPod(name, { ...shape, spec });
    this.#tell(this.#podListeners, this.#pods, info.uid, info);
    return info;
  }

  noPod(name: string, namespace = 'default'): void {
    this.#tell(this.#podListeners, this.#pods, `${namespace}/${name}`, undefined);
  }

  /** An object of another kind that the scheduler follows; undefined: it is gone. */
  other(resource: string, key: string, object: KubeObject | undefined): void {
    for (const { options, informer } of this.#followed.filter(({ options: each }) => each.resource === resource)) {
      const before = informer.items.get(key);
      const now = object && options.project(object, this.#stored(object.metadata.labels ?? {}));
      if (now === undefined) {
        informer.items.delete(key);
      } else {
        informer.items.set(key, now);
      }
      options.onChange?.(key, now, before);
    }
  }

  namespace(name: string, labels: Record<string, string>): void {
    this.other('namespaces', name, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }

  #tell<T>(listeners: readonly Listener<T>[], all: Map<string, T>, key: string, now: T | undefined): void {
    const before = all.get(key);
    if (now === undefined) {
      all.delete(key);
    } else {
      all.set(key, now);
    }
    if (now !== undefined || before !== undefined) {
      for (const listener of listeners) {
        listener(now, before);
      }
    }
  }

  /** Why the node cannot take the pod. */
  refusal(pod: PodInfo, nodeName: string): Refusal | undefined {
    const node = this.world.cache.node(nodeName);
    if (node === undefined) {
      throw new Error(`no node ${nodeName}`);
    }
    return this.demands.of(pod).refusal(node);
  }

  /** Nodes that can take the pod, by name. */
  feasible(pod: PodInfo): string[] {
    const demand = this.demands.of(pod);
    const nodes = this.world.cache.nodes().filter((node) => demand.refusal(node) === undefined);
    return nodes.map(({ name }) => name).sort();
  }

  /** Nodes that a choice would take for fit without a look at them, by name. */
  knownToFit(pod: PodInfo): string[] {
    const demand = this.demands.of(pod);
    const nodes = demand.looksAtOthers ? [] : this.world.cache.nodes();
    return nodes.filter(({ slot }) => demand.isKnownToFit(slot)).map(({ name }) => name);
  }

  /** Points of nodes, in their order. */
  points(pod: PodInfo, ...names: string[]): number[] {
    const nodes = names.map((name) => this.world.cache.node(name)).filter((node) => node !== undefined);
    return this.demands.of(pod).points(
      nodes,
      nodes.map(({ slot }) => slot),
    );
  }

  /** Who leaves which node for the pod, or what is said of that. */
  preempt(pod: PodInfo): string {
    const selection = this.#scheduler.select(pod);
    if ('node' in selection) {
      throw new Error(`${pod.name} fits on ${selection.node.name}`);
    }
    const found = this.#scheduler.preempt(pod, selection.diagnosis);
    if (found === undefined || 'message' in found) {
      return found?.message ?? 'off';
    }
    const { node, victims, violations } = found.candidate;
    return `${node.name}: ${victims.map(({ name }) => name).join(' ')}${violations > 0 ? ` (${violations} protected)` : ''}`;
  }

  budget(name: string, app: string, disruptionsAllowed: number, disruptedPods: object = {}): void {
    this.other('poddisruptionbudgets.policy', `default/${name}`, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'default' } },
      spec: { selector: { matchLabels: { app } } },
      status: { disruptionsAllowed, disruptedPods },
    });
  }

  /** The node that the pod gets, or why it gets none. */
  select(pod: PodInfo): string {
    const selection = this.#scheduler.select(pod);
    return 'node' in selection ? selection.node.name : failureMessage(selection.diagnosis, '');
  }
}
