/** Forgets the oldest sets beyond `revisionHistoryLimit`. Source: sync.go, cleanupDeployment. */
import type { Fence } from '../../registry/registry.ts';
import type { ControllerContext } from '../controller.ts';
import type { Deployment, ReplicaSet } from '../kinds/apps.ts';
import { removeObject } from '../remove-object.ts';
import { SETS } from './new-replica-set.ts';
import { wanted } from './replica-counts.ts';
import { revisionOf } from './revisions.ts';

const DEFAULT_LIMIT = 10;

/** Sets that may go, the oldest revision first. Pure. */
export function expiredSets({ spec }: Deployment, oldSets: readonly ReplicaSet[]): ReplicaSet[] {
  const limit = spec.revisionHistoryLimit ?? DEFAULT_LIMIT;
  const candidates = oldSets.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const oldest = [...candidates].sort((a, b) => revisionOf(a) - revisionOf(b));
  return oldest
    .slice(0, Math.max(0, oldest.length - limit))
    .filter(
      (set) =>
        wanted(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
}

export async function cleanUpHistory(
  { registry }: ControllerContext,
  deployment: Deployment,
  oldSets: readonly ReplicaSet[],
  fence: Fence,
): Promise<void> {
  for (const { metadata } of expiredSets(deployment, oldSets)) {
    await removeObject(registry, SETS, metadata, fence);
  }
}
