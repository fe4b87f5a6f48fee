/** Owner garbage collection over all kinds of the table: background, foreground and orphaning deletion. */
import { eachKey } from '../../queue/each-key.ts';
import type { DueKey } from '../../queue/reconciler.ts';
import { resourceId, STORED_RESOURCES } from '../../resources/index.ts';
import type { ControllerDefinition } from '../controller.ts';
import { collectDependents, finalizeOwner } from './collect.ts';
import { garbageTrigger, NAME, type OwnerKey, parseGarbageKey } from './triggers.ts';

/** Never owners, and by far the most frequent objects that go. */
const NO_OWNERS = new Set(['events', 'leases.coordination.k8s.io']);
const CONCURRENCY = 16;

export const garbageCollector: ControllerDefinition = {
  name: NAME,
  triggers: STORED_RESOURCES.map(resourceId)
    .filter((id) => !NO_OWNERS.has(id))
    .map(garbageTrigger),
  create: ({ registry, events }) => {
    const emit = events('garbage-collector-controller');
    const finalizing = eachKey(
      {
        name: NAME,
        reconcile: async (text, run) => {
          const key = parseGarbageKey(text);
          return key.kind === 'owner' ? {} : finalizeOwner(registry, key.id, key.namespace, key.name, run);
        },
      },
      CONCURRENCY,
    );
    return {
      reconciler: {
        name: NAME,
        reconcileBatch: async (keys, run) => {
          const owners = new Map<string, OwnerKey>();
          const others: DueKey[] = [];
          for (const due of keys) {
            const parsed = parseGarbageKey(due.key);
            parsed.kind === 'owner' ? owners.set(due.key, parsed) : others.push(due);
          }
          const failed = await collectDependents(registry, emit, [...owners.values()], run);
          const results = new Map(await finalizing.reconcileBatch(others, run));
          for (const [key, { uid }] of owners) {
            results.set(key, failed.get(uid) ?? {});
          }
          return results;
        },
      },
    };
  },
};
