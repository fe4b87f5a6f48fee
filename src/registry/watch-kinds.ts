/** The feed as one selection sees it over several kinds: one order of revisions over all of them. */
import { kindOf, type RegistryContext } from './context.ts';
import type { WatchBatch, WatchOptions } from './registry.ts';
import { toTest } from './selection.ts';
import { toWatchEvent } from './watch.ts';

/** Checks the selection for every kind at once, before the first batch is asked for. */
export function watchKinds(
  context: RegistryContext,
  ids: readonly string[],
  { from, signal, ...selection }: WatchOptions,
): AsyncIterable<WatchBatch> {
  const tests = new Map(ids.map((id) => [id, toTest(kindOf(context, id), selection)]));
  return (async function* () {
    for await (const { revision, changes } of context.feed.changes({ from, resources: new Set(ids), signal })) {
      const events = changes.flatMap((change) => {
        const test = tests.get(change.object.resource);
        return (test && toWatchEvent(test, change)) ?? [];
      });
      yield { revision, events };
    }
  })();
}
