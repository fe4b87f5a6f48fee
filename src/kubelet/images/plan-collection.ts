/** Which images of a node may go, and in which order. Pure. Source: kubelet/images/image_gc_manager.go, 1.34. */
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import { parseGoDuration } from '../../values/kubelet-configuration/go-duration.ts';

export interface SeenImage {
  readonly imageId: string;
  readonly names: readonly string[];
  readonly sizeBytes: number;
  /** Milliseconds since the epoch; 0: before anybody looked, never. */
  readonly firstDetected: number;
  readonly lastUsed: number;
}
export interface Disk {
  readonly capacity: number;
  readonly available: number;
}
export interface CollectionPolicy {
  readonly highPercent: number;
  readonly lowPercent: number;
  readonly minAgeMs: number;
  /** 0: images do not grow old. */
  readonly maxAgeMs: number;
}

export const collectionPolicy = (configuration: KubeletConfiguration): CollectionPolicy => ({
  highPercent: configuration.imageGCHighThresholdPercent ?? 85,
  lowPercent: configuration.imageGCLowThresholdPercent ?? 80,
  minAgeMs: parseGoDuration(configuration.imageMinimumGCAge ?? '2m') ?? 0,
  maxAgeMs: parseGoDuration(configuration.imageMaximumGCAge ?? '0s') ?? 0,
});

/** `since`: when somebody began to look; before, nobody knows what was used. */
export function oldImages(
  unused: readonly SeenImage[],
  { maxAgeMs }: CollectionPolicy,
  now: number,
  since: number,
): SeenImage[] {
  return maxAgeMs === 0 || now - since <= maxAgeMs ? [] : unused.filter(({ lastUsed }) => now - lastUsed > maxAgeMs);
}

/** Least recently used first. */
export const removable = (unused: readonly SeenImage[], { minAgeMs }: CollectionPolicy, now: number): SeenImage[] =>
  unused
    .filter(({ firstDetected }) => now - firstDetected >= minAgeMs)
    .sort((a, b) => a.lastUsed - b.lastUsed || a.firstDetected - b.firstDetected);

/** Bytes; 0: it is not over the high threshold. */
export function bytesToFree(
  { capacity, available: left }: Disk,
  { highPercent, lowPercent }: CollectionPolicy,
): number {
  const available = Math.min(left, capacity);
  const usedPercent = 100 - Math.trunc((available * 100) / capacity);
  return usedPercent >= highPercent ? Math.max(0, Math.trunc((capacity * (100 - lowPercent)) / 100) - available) : 0;
}

/** Once over the high threshold, it is enough when the low one is met. */
export const isEnough = (disk: Disk, policy: CollectionPolicy): boolean =>
  bytesToFree(disk, { ...policy, highPercent: policy.lowPercent }) === 0;
