/** So that the first command after the start finds nodes that are ready. A wait for comfort, never for correctness. */
import { decodeObject, type Registry } from '../registry/registry.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';

interface Pool extends KubeObject {
  spec?: { replicas?: number };
  status?: { readyReplicas?: number };
}

const LOOK_MS = 50;
/** A fleet that takes longer goes on in the background. */
const LIMIT_MS = 4_000;

const isReady = ({ spec, status }: Pool): boolean => (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 0);

/** Resolves when every pool has the nodes it wants, all ready, or after 4 s. */
export async function awaitNodes(registry: Registry, clock: Clock, signal: AbortSignal): Promise<void> {
  const end = clock.monotonic() + LIMIT_MS;
  while (clock.monotonic() < end) {
    const { items } = await registry.list('nodepools.fleet.flotilla.dev', {});
    if (items.every((item) => isReady(decodeObject<Pool>(item)))) {
      return;
    }
    await clock.sleep(LOOK_MS, signal);
  }
}
