/**
 * Removes images that no container of a node was made from, when its disk fills up or they grow old. What is known of
 * their age is the process's own, as in the kubelet. Source: kubelet/images/image_gc_manager.go, kubelet.go, 1.34.
 */
import type { Runtime } from '../../runtimes/runtime.ts';
import type { KubeletContext } from '../context.ts';
import { observeSignals } from '../eviction/observe.ts';
import { recordImages } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import { bytesToFree, collectionPolicy, type Disk, oldImages, removable, type SeenImage } from './plan-collection.ts';

/** Source: kubelet.go, ImageGCPeriod. */
const PERIOD_MS = 5 * 60_000;

interface NodeImages {
  readonly since: number;
  readonly seen: Map<string, SeenImage>;
  lastAt: number;
  hasFailed: boolean;
}

class CollectionFailed extends Error {}

export class ImageCollector {
  readonly #nodes = new Map<string, NodeImages>();

  forget(nodeName: string): void {
    this.#nodes.delete(nodeName);
  }

  async look(context: KubeletContext, work: NodeWork): Promise<void> {
    const { node, settings } = work;
    const { name } = node.metadata;
    const runtime = context.runtimes.get(work.runtimeName);
    const policy = collectionPolicy(settings.configuration);
    const now = context.clock.now();
    const told = observeSignals(node, settings, [], work.faults.signals).get('imagefs.available');
    const isHost = runtime?.imageStore !== undefined;
    const isOff = policy.highPercent === 100 && policy.maxAgeMs === 0;
    if (runtime === undefined || isOff || (told === undefined && !isHost && policy.maxAgeMs === 0)) {
      return;
    }
    const known = this.#nodes.get(name) ?? { since: now, seen: new Map(), lastAt: 0, hasFailed: false };
    this.#nodes.set(name, known);
    if (told === undefined && now - known.lastAt < PERIOD_MS) {
      return;
    }
    known.lastAt = now;
    try {
      await collect(context, work, runtime, known, told);
      known.hasFailed = false;
    } catch (error) {
      const { message } = error as Error;
      // As there, a first failure may be one of the start.
      if (known.hasFailed) {
        recordImages(context.recorder, node, 'ImageGCFailed', message);
      }
      known.hasFailed = true;
    }
  }
}

async function collect(
  context: KubeletContext,
  { node, settings }: NodeWork,
  runtime: Runtime,
  known: NodeImages,
  told: Disk | undefined,
): Promise<void> {
  const { name } = node.metadata;
  const now = context.clock.now();
  const policy = collectionPolicy(settings.configuration);
  const disk = told ?? (await runtime.imageStore?.disk(name));
  const unused = await detect(runtime, name, known, now);
  const old = oldImages(unused, policy, now, known.since);
  await removeUntil(runtime, name, known, old, Number.POSITIVE_INFINITY);
  if (disk === undefined) {
    return;
  }
  if (disk.capacity === 0) {
    const message = 'invalid capacity 0 on image filesystem';
    recordImages(context.recorder, node, 'InvalidDiskCapacity', message);
    throw new CollectionFailed(message);
  }
  const wanted = bytesToFree(disk, policy);
  if (wanted === 0) {
    return;
  }
  const left = removable(
    unused.filter((image) => !old.includes(image)),
    policy,
    now,
  );
  const freed = await removeUntil(runtime, name, known, left, wanted);
  if (freed < wanted) {
    const message =
      `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, ` +
      `but only found ${freed} bytes eligible to free.`;
    recordImages(context.recorder, node, 'FreeDiskSpaceFailed', message);
    throw new CollectionFailed(message);
  }
}

/** Brings up to date what is known of the images; answers those that nothing uses. */
async function detect(runtime: Runtime, nodeName: string, known: NodeImages, now: number): Promise<SeenImage[]> {
  // In this order: what is made of an image meanwhile is seen with it.
  const images = await runtime.images.list(nodeName);
  const used = await usedImages(runtime, nodeName);
  const isFirst = known.seen.size === 0 && known.since === now;
  const before = new Map(known.seen);
  known.seen.clear();
  const unused = new Set<string>();
  for (const { image, imageId, sizeBytes } of images) {
    const { firstDetected = isFirst ? 0 : now, lastUsed = 0 } = before.get(imageId) ?? {};
    const isUsed = used.has(imageId) || used.has(image);
    const names = [...(known.seen.get(imageId)?.names ?? []), image];
    known.seen.set(imageId, { imageId, names, sizeBytes, firstDetected, lastUsed: isUsed ? now : lastUsed });
  }
  for (const { imageId, names } of known.seen.values()) {
    if (!used.has(imageId) && !names.some((name) => used.has(name))) {
      unused.add(imageId);
    }
  }
  return [...known.seen.values()].filter(({ imageId }) => unused.has(imageId));
}

/** Names and ids, of containers that have ended too. */
async function usedImages(runtime: Runtime, nodeName: string): Promise<ReadonlySet<string>> {
  const pods = await runtime.list([nodeName]);
  const own = pods.flatMap(({ containers }) => containers.flatMap(({ image, imageId }) => [image, imageId]));
  return new Set([...own, ...((await runtime.imageStore?.used(nodeName)) ?? [])]);
}

async function removeUntil(
  runtime: Runtime,
  nodeName: string,
  known: NodeImages,
  images: readonly SeenImage[],
  wanted: number,
): Promise<number> {
  let freed = 0;
  const failures: string[] = [];
  for (const { imageId, names, sizeBytes } of images) {
    if (freed >= wanted) {
      break;
    }
    try {
      for (const name of names) {
        await runtime.images.remove(nodeName, name);
      }
      known.seen.delete(imageId);
      freed += sizeBytes;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (failures.length > 0) {
    const bytes = `wanted to free ${wanted} bytes, but freed ${freed} bytes`;
    throw new CollectionFailed(`${bytes} space with errors in image deletion: ${failures.join(', ')}`);
  }
  return freed;
}
