/**
 * Nodes, pods and services as all controllers of a process share them: informers with indexes. `fresh()` makes them exact:
 * after it, everything committed before the call is in the view, so a count needs no query and no expectations.
 */
import type { Logger } from '../../logger.ts';
import { Informer, type InformerOptions } from '../../registry/informer.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Clock } from '../../timing/clock.ts';
import type { Random } from '../../timing/random.ts';
import { Grouped } from './grouped.ts';
import { type NodeInfo, toNodeInfo } from './node-info.ts';
import { type PodInfo, toPodInfo } from './pod-info.ts';
import { type ServiceInfo, toServiceInfo } from './service-info.ts';
import { UnownedPods } from './unowned-pods.ts';
import { VolumeView } from './volume-view.ts';

const POLL_MS = 2;
const FRESH_LIMIT_MS = 10_000;

export interface ViewsOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
type Listener<T> = (now: T | undefined, before: T | undefined) => void;

export class Views {
  readonly nodes: Informer<NodeInfo>;
  readonly pods: Informer<PodInfo>;
  readonly services: Informer<ServiceInfo>;
  /** Not exact: `fresh` does not wait for it. */
  readonly storage: VolumeView;
  readonly #byController = new Grouped<PodInfo>();
  readonly #byNode = new Grouped<PodInfo>();
  readonly #byNamespace = new Grouped<PodInfo>();
  readonly #unowned = new UnownedPods();
  readonly #nodesByController = new Grouped<NodeInfo>();
  readonly #servicesByNamespace = new Grouped<ServiceInfo>();
  readonly #podListeners: Listener<PodInfo>[] = [];
  readonly #nodeListeners: Listener<NodeInfo>[] = [];
  readonly #serviceListeners: Listener<ServiceInfo>[] = [];
  readonly #options: ViewsOptions;
  readonly #others: Pick<Informer<unknown>, 'start'>[] = [];

  constructor(options: ViewsOptions) {
    const { clock, random } = options;
    this.#options = options;
    this.pods = new Informer<PodInfo>({
      ...{ resource: 'pods', project: toPodInfo, clock, random },
      onChange: (key, now, before) => this.#podChanged(key, now, before),
    });
    this.services = new Informer<ServiceInfo>({
      ...{ resource: 'services', project: toServiceInfo, clock, random },
      onChange: (key, now, before) => {
        move(this.#servicesByNamespace, key, now, before, ({ namespace }) => namespace);
        for (const listener of this.#serviceListeners) {
          listener(now, before);
        }
      },
    });
    this.nodes = new Informer<NodeInfo>({
      ...{ resource: 'nodes', project: toNodeInfo, clock, random },
      onChange: (key, now, before) => {
        move(this.#nodesByController, key, now, before, ({ controllerUid }) => controllerUid);
        for (const listener of this.#nodeListeners) {
          listener(now, before);
        }
      },
    });
    this.storage = new VolumeView((of) => this.follow(of));
  }

  /** Another kind, also followed from `start` on, a few milliseconds behind: `fresh` does not wait for it. */
  follow<T>(options: Pick<InformerOptions<T>, 'resource' | 'project' | 'onChange'>): Informer<T> {
    const { clock, random } = this.#options;
    const informer = new Informer<T>({ ...options, clock, random, eagerProgress: false });
    this.#others.push(informer);
    return informer;
  }

  /** Resolves when all first lists are in; then follows until the signal aborts. */
  async start(signal: AbortSignal): Promise<void> {
    const { registry, logger } = this.#options;
    const onFailure = (error: unknown): void => logger.warn({ err: error }, 'view of the fleet lost, listing again');
    const all = [...this.#exact(), ...this.#others];
    await Promise.all(all.map((informer) => informer.start(registry, signal, onFailure)));
  }

  /** Waits until the views hold everything committed before the call. Rejects after 10 s or when the signal aborts. */
  async fresh(signal: AbortSignal): Promise<void> {
    const { registry, clock } = this.#options;
    const revision = await registry.currentRevision();
    const limit = clock.monotonic() + FRESH_LIMIT_MS;
    while (this.#exact().some((informer) => informer.revision < revision)) {
      signal.throwIfAborted();
      if (clock.monotonic() > limit) {
        throw new Error(`the view of the fleet is behind revision ${revision}`);
      }
      await clock.sleep(POLL_MS, signal);
    }
  }

  #exact(): readonly Pick<Informer<unknown>, 'start' | 'revision'>[] {
    return [this.nodes, this.pods, this.services];
  }

  podsOf(controllerUid: string): Iterable<PodInfo> {
    return this.#byController.of(controllerUid);
  }
  podsOn(nodeName: string): Iterable<PodInfo> {
    return this.#byNode.of(nodeName);
  }
  podsIn(namespace: string): Iterable<PodInfo> {
    return this.#byNamespace.of(namespace);
  }
  /** Names of nodes that pods are bound to, also of those that do not exist. */
  boundNodeNames(): Iterable<string> {
    return this.#byNode.groups();
  }
  unboundPods(): Iterable<PodInfo> {
    return this.#byNode.of('');
  }
  /** Pods of a namespace that no controller owns, those whose labels are selected. */
  unownedPods(namespace: string, isSelected?: (labels: PodInfo['labels']) => boolean): Iterable<PodInfo> {
    return this.#unowned.of(namespace, isSelected);
  }
  servicesIn(namespace: string): Iterable<ServiceInfo> {
    return this.#servicesByNamespace.of(namespace);
  }
  nodesOf(controllerUid: string): Iterable<NodeInfo> {
    return this.#nodesByController.of(controllerUid);
  }
  onPod(listener: Listener<PodInfo>): void {
    this.#podListeners.push(listener);
  }
  onNode(listener: Listener<NodeInfo>): void {
    this.#nodeListeners.push(listener);
  }
  onService(listener: Listener<ServiceInfo>): void {
    this.#serviceListeners.push(listener);
  }

  #podChanged(key: string, now: PodInfo | undefined, before: PodInfo | undefined): void {
    move(this.#byController, key, now, before, ({ controllerUid }) => controllerUid || undefined);
    move(this.#byNode, key, now, before, ({ nodeName }) => nodeName);
    move(this.#byNamespace, key, now, before, ({ namespace }) => namespace);
    this.#unowned.changed(key, now, before);
    for (const listener of this.#podListeners) {
      listener(now, before);
    }
  }
}

function move<T>(
  index: Grouped<T>,
  key: string,
  now: T | undefined,
  before: T | undefined,
  groupOf: (item: T) => string | undefined,
): void {
  const from = before === undefined ? undefined : groupOf(before);
  const to = now === undefined ? undefined : groupOf(now);
  if (from !== undefined && from !== to) {
    index.drop(from, key);
  }
  if (now !== undefined && to !== undefined) {
    index.put(to, key, now);
  }
}
