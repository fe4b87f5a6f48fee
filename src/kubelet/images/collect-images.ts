/** One collection of a store of images. Source: kubelet/images/image_gc_manager.go, 1.34. */
import type { ImageStore, Runtime } from '../../runtimes/runtime.ts';
import type { KubeletContext } from '../context.ts';
import { recordImages } from '../node-events.ts';
import type { NodeWork } from '../node-work.ts';
import {
  bytesToFree,
  type CollectionPolicy,
  type Disk,
  isEnough,
  oldImages,
  removable,
  type SeenImage,
} from './plan-collection.ts';
import { usedImages } from './used-images.ts';

/** The images of one node, or of one host, whose virtual nodes share them. */
export interface ImagePool {
  readonly key: string;
  /** When somebody began to look; undefined: nobody has. */
  since: number | undefined;
  /** Whether its images have been listed once. */
  isKnown: boolean;
  readonly seen: Map<string, SeenImage>;
  /** Those that share it, as far as this process looks after them. */
  readonly nodes: Set<string>;
  lastAt: number;
  hasFailed: boolean;
}
export interface Collection {
  readonly context: KubeletContext;
  /** On whose behalf. */
  readonly work: NodeWork;
  readonly runtime: Runtime;
  readonly store: ImageStore;
  readonly pool: ImagePool;
  readonly policy: CollectionPolicy;
}

class CollectionFailed extends Error {}

/** Frees down to the low threshold when the disk is over the high one, and what has grown old. */
export async function collectImages(collection: Collection, told: Disk | undefined): Promise<void> {
  const { context, work, store, pool, policy } = collection;
  const { node } = work;
  const now = context.clock.now();
  const disk = told ?? (await store.disk(node.metadata.name));
  const unused = await detectUnused(collection);
  if (unused === undefined) {
    return;
  }
  const old = oldImages(unused, policy, now, pool.since ?? now);
  await removeUntil(collection, old, Number.POSITIVE_INFINITY);
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
  const left = unused.filter((image) => !old.includes(image));
  const isDone = async (): Promise<boolean> => told === undefined && (await hasRoom(collection));
  const freed = await removeUntil(collection, removable(left, policy, now), wanted, isDone);
  if (freed < wanted && !(await isDone())) {
    const message =
      `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, ` +
      `but only found ${freed} bytes eligible to free.`;
    recordImages(context.recorder, node, 'FreeDiskSpaceFailed', message);
    throw new CollectionFailed(message);
  }
}

/**
 * All that nothing uses, but what is new. Of a host no more than its own disk asks for: the shortage of a virtual node
 * may be one it was only told of. Source: image_gc_manager.go, DeleteUnusedImages.
 */
export async function removeUnusedImages(collection: Collection): Promise<void> {
  const { context, work, store, policy } = collection;
  const isShared = store.perNode !== true;
  const disk = isShared ? await store.disk(work.node.metadata.name) : undefined;
  // Without a capacity nobody knows how full it is.
  if (isShared && (disk === undefined || disk.capacity === 0 || bytesToFree(disk, policy) === 0)) {
    return;
  }
  const unused = (await detectUnused(collection)) ?? [];
  const eligible = removable(unused, policy, context.clock.now());
  const isDone = async (): Promise<boolean> => isShared && (await hasRoom(collection));
  await removeUntil(collection, eligible, Number.POSITIVE_INFINITY, isDone);
}

/** Another worker of the host may have collected meanwhile: no more goes than is needed. */
async function hasRoom({ work, store, policy }: Collection): Promise<boolean> {
  const disk = await store.disk(work.node.metadata.name);
  return disk !== undefined && isEnough(disk, policy);
}

/**
 * Brings up to date what is known of the images; answers those that nothing uses. undefined: nothing may go yet, as a
 * worker that has just begun does not know all nodes that it looks after on the host.
 */
async function detectUnused({ context, work, runtime, store, pool }: Collection): Promise<SeenImage[] | undefined> {
  const now = context.clock.now();
  // In this order: what is made of an image meanwhile is seen with it.
  const images = await runtime.images.list(work.node.metadata.name);
  const used = await usedImages(context, runtime, store, [...pool.nodes]);
  const isFirst = !pool.isKnown;
  const isShared = store.perNode !== true;
  // What the kubelet finds first is old. Of a host it may be of pods about to start on nodes that nobody has looked at.
  const unseen = isFirst && !isShared ? 0 : now;
  pool.isKnown = true;
  const before = new Map(pool.seen);
  pool.seen.clear();
  const unused = new Set<string>();
  for (const { image, imageId, sizeBytes } of images) {
    const { firstDetected = unseen, lastUsed = 0 } = before.get(imageId) ?? {};
    const isUsed = used.has(imageId) || used.has(image);
    const names = [...(pool.seen.get(imageId)?.names ?? []), image];
    pool.seen.set(imageId, { imageId, names, sizeBytes, firstDetected, lastUsed: isUsed ? now : lastUsed });
  }
  for (const { imageId, names } of pool.seen.values()) {
    if (!used.has(imageId) && !names.some((name) => used.has(name))) {
      unused.add(imageId);
    }
  }
  return isFirst && isShared ? undefined : [...pool.seen.values()].filter(({ imageId }) => unused.has(imageId));
}

async function removeUntil(
  { context, work: { node }, runtime, store, pool }: Collection,
  images: readonly SeenImage[],
  wanted: number,
  isDone: () => Promise<boolean> = async () => false,
): Promise<number> {
  let freed = 0;
  const failures: string[] = [];
  for (const { imageId, names, sizeBytes } of images) {
    if (freed >= wanted || (await isDone())) {
      break;
    }
    try {
      for (const name of names) {
        await runtime.images.remove(node.metadata.name, name);
      }
      pool.seen.delete(imageId);
      freed += sizeBytes;
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  if (store.perNode === true) {
    context.reclaimed.add(node, freed);
  }
  if (failures.length > 0) {
    const bytes = `wanted to free ${wanted} bytes, but freed ${freed} bytes`;
    throw new CollectionFailed(`${bytes} space with errors in image deletion: ${failures.join(', ')}`);
  }
  return freed;
}
