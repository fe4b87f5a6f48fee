/**
 * Removes images that no container was made from, when the disk that they are on fills up or they grow old. A simulated
 * node has images of its own; nodes of a runtime that keeps them on its host share them, and one at a time collects.
 * What is known of their age is the process's own, as in the kubelet. Source: kubelet/images/image_gc_manager.go, kubelet.go.
 */
import { OneByOne } from '../../timing/one-by-one.ts';
import { overlay } from '../../values/kubelet-configuration/configuration.ts';
import type { KubeletContext } from '../context.ts';
import { observeSignals } from '../eviction/observe.ts';
import { recordImages } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import { type Collection, collectImages, type ImagePool, removeUnusedImages } from './collect-images.ts';
import { collectionPolicy, type Disk } from './plan-collection.ts';

/** Source: kubelet.go, ImageGCPeriod. */
const PERIOD_MS = 5 * 60_000;

export class ImageCollector {
  readonly #pools = new Map<string, ImagePool>();
  readonly #turns = new OneByOne();

  forget(nodeName: string): void {
    for (const [key, { nodes }] of this.#pools) {
      if (nodes.delete(nodeName) && nodes.size === 0) {
        this.#pools.delete(key);
      }
    }
  }

  /** A look at a node's images, or at those of its host if nobody has looked at them for long. */
  async look(context: KubeletContext, work: NodeWork): Promise<void> {
    const collection = this.#collection(context, work);
    if (collection === undefined) {
      return;
    }
    const { pool, policy, store } = collection;
    // The disk of a host is what it is, whatever a node is told.
    const told = store.perNode === true ? toldDisk(context, work) : undefined;
    const isOff = policy.highPercent === 100 && policy.maxAgeMs === 0;
    const isBlind = store.perNode === true && told === undefined && policy.maxAgeMs === 0;
    const now = context.clock.now();
    if (isOff || isBlind || (told === undefined && now - pool.lastAt < PERIOD_MS)) {
      return;
    }
    pool.since ??= now;
    pool.lastAt = now;
    await this.#turns.run(pool.key, () => collectAndTell(collection, told));
  }

  /** The node is short of disk: what nothing uses goes. Throws where some of it could not be removed. */
  async reclaim(context: KubeletContext, work: NodeWork): Promise<void> {
    const collection = this.#collection(context, work);
    if (collection !== undefined) {
      collection.pool.since ??= context.clock.now();
      await this.#turns.run(collection.pool.key, () => removeUnusedImages(collection));
    }
  }

  /** undefined: nothing may be removed there. */
  #collection(context: KubeletContext, work: NodeWork): Collection | undefined {
    const runtime = context.runtimes.get(work.runtimeName);
    const store = runtime?.imageStore;
    if (runtime === undefined || store === undefined) {
      return undefined;
    }
    const { name } = work.node.metadata;
    const key = store.perNode === true ? `node/${name}` : `runtime/${work.runtimeName}`;
    const pool = this.#pools.get(key) ?? {
      key,
      since: undefined,
      isKnown: false,
      seen: new Map(),
      nodes: new Set(),
      lastAt: 0,
      hasFailed: false,
    };
    this.#pools.set(key, pool);
    pool.nodes.add(name);
    // What is shared is of no node alone: the worker's own configuration holds for it.
    const { configuration, flags = {} } = context.config;
    const own = store.perNode === true ? work.settings.configuration : overlay(configuration, flags);
    return { context, work, runtime, store, pool, policy: collectionPolicy(own) };
  }
}

const toldDisk = ({ reclaimed }: KubeletContext, { node, settings, faults }: NodeWork): Disk | undefined =>
  observeSignals(node, settings, [], faults.signals, { freed: reclaimed.of(node) }).get('imagefs.available');

async function collectAndTell(collection: Collection, told: Disk | undefined): Promise<void> {
  const { context, work, pool } = collection;
  try {
    await collectImages(collection, told);
    pool.hasFailed = false;
  } catch (error) {
    // As there, a first failure may be one of the start.
    if (pool.hasFailed) {
      recordImages(context.recorder, work.node, 'ImageGCFailed', (error as Error).message);
    }
    pool.hasFailed = true;
  }
}
