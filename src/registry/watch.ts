/**
 * The feed as one selection sees it. An object that enters the selection is ADDED, one that leaves it is DELETED
 * with its new state, as kube-apiserver's watch cache does. Every batch is passed on: an empty one is progress.
 */
import type { Change, ChangeBatch } from '../storage/object-store.ts';
import { type Kind, kindOf, type RegistryContext } from './context.ts';
import type { WatchBatch, WatchEvent, WatchOptions } from './registry.ts';
import { type SelectionTest, toListQuery, toTest } from './selection.ts';

/** What `change` is to the selection; undefined: nothing. */
export function toWatchEvent(test: SelectionTest, change: Change): WatchEvent | undefined {
  const { object, type, previous } = change;
  const matches = test(object, object);
  if (type !== 'MODIFIED') {
    return matches ? { type, object } : undefined;
  }
  const matched = previous === undefined ? matches : test(object, previous);
  if (matches) {
    return { type: matched ? 'MODIFIED' : 'ADDED', object };
  }
  return matched ? { type: 'DELETED', object } : undefined;
}

/** What a batch is to each selection that was asked for: filtered once for all watchers of the selection. */
const sharedBatches = new WeakMap<ChangeBatch, Map<string, WatchBatch>>();

/** Checks the selection at once, before the first batch is asked for. */
export function watch(context: RegistryContext, id: string, options: WatchOptions): AsyncIterable<WatchBatch> {
  const kind = kindOf(context, id);
  const test = toTest(kind, options);
  const selection = JSON.stringify(toListQuery(kind, options));
  return convert(context, kind, options, (batch) => {
    const batches = sharedBatches.get(batch) ?? new Map<string, WatchBatch>();
    sharedBatches.set(batch, batches);
    const shared = batches.get(selection) ?? toWatchBatch(test, batch);
    batches.set(selection, shared);
    return shared;
  });
}

async function* convert(
  context: RegistryContext,
  kind: Kind,
  { from, signal }: WatchOptions,
  select: (batch: ChangeBatch) => WatchBatch,
): AsyncGenerator<WatchBatch> {
  const resources = new Set([kind.id]);
  for await (const batch of context.feed.changes({ from, resources, signal })) {
    yield select(batch);
  }
}

function toWatchBatch(test: SelectionTest, batch: ChangeBatch): WatchBatch {
  const events: WatchEvent[] = [];
  for (const change of batch.changes) {
    const event = toWatchEvent(test, change);
    if (event !== undefined) {
      events.push(event);
    }
  }
  return { revision: batch.revision, events };
}
