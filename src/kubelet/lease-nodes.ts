/** Leases of a batch of nodes: those that are missing are created, all are put under the shard's renewal. */

import { StatusError } from '../errors.ts';
import type { Fence } from '../registry/registry.ts';
import type { KubeletContext } from './context.ts';
import { beatLate } from './faults/heartbeats.ts';
import type { NodeWork } from './node-work.ts';
import { nodeKey } from './pod-key.ts';
import type { Results } from './reconcile-results.ts';
import { LEASE_NAMESPACE, nodeLease } from './register-node.ts';

const LEASES = 'leases.coordination.k8s.io';

export async function leaseNodes(
  { registry, nodeLeases, clock, config }: KubeletContext,
  works: readonly NodeWork[],
  fence: Fence,
  results: Results,
): Promise<void> {
  if (works.length === 0) {
    return;
  }
  const names = works.map(({ stored }) => stored.name);
  const existing = await registry.getMany(
    LEASES,
    names.map((name) => ({ namespace: LEASE_NAMESPACE, name })),
  );
  const known = new Set(existing.map(({ name }) => name));
  const missing = works.filter(({ stored }) => !known.has(stored.name));
  const leases = missing.map(({ node, settings }) =>
    nodeLease(node, settings.configuration.nodeLeaseDurationSeconds, clock.now()),
  );
  const created = missing.length === 0 ? [] : await registry.createAll(LEASES, leases, { fence });
  for (const [i, result] of created.entries()) {
    const name = missing[i]?.stored.name ?? '';
    if (result instanceof Error && !(result instanceof StatusError && result.reason === 'AlreadyExists')) {
      results.set(nodeKey(name), result);
    }
  }
  await nodeLeases.adopt(fence.shard, names);
  await nodeLeases.setSuspended(names, false);
  await beatLate({ nodeLeases, config }, works, fence.shard);
}
