import type { DueRef } from '../storage/object-store.ts';
import type { ShardDoorbell } from './context.ts';

/** Rings each shard once, for what is due first. */
export function ringShards(doorbell: ShardDoorbell, refs: Iterable<Omit<DueRef, 'key'>>): void {
  const rings = new Map<string, number>();
  for (const { shard, afterMs = 0 } of refs) {
    rings.set(shard, Math.min(afterMs, rings.get(shard) ?? afterMs));
  }
  for (const [shard, afterMs] of rings) {
    doorbell.ring(shard, afterMs);
  }
}
