/** The feed as readers of second forms see it. A batch is converted once for all who read the same. */
import type { Change, ChangeBatch, ChangeFeed } from '../../storage/object-store.ts';
import type { ResourceId } from '../../storage/stored-object.ts';
import { changeHere, type Form } from './convert.ts';

type Wanted = ReadonlySet<ResourceId>;

const converted = new WeakMap<ChangeBatch, Map<string, ChangeBatch>>();

function batchHere(batch: ChangeBatch, wanted: Wanted, read: readonly Form[]): ChangeBatch {
  const known = converted.get(batch) ?? new Map<string, ChangeBatch>();
  converted.set(batch, known);
  const key = [...wanted].sort().join();
  const here = known.get(key) ?? {
    ...batch,
    changes: batch.changes.flatMap((change): Change[] => [
      ...(wanted.has(change.object.resource) ? [change] : []),
      ...read.filter(({ storedId }) => storedId === change.object.resource).map((form) => changeHere(form, change)),
    ]),
  };
  known.set(key, here);
  return here;
}

async function* changesHere(
  batches: AsyncIterable<ChangeBatch>,
  wanted: Wanted,
  read: readonly Form[],
): AsyncGenerator<ChangeBatch> {
  for await (const batch of batches) {
    yield batch.changes.length === 0 ? batch : batchHere(batch, wanted, read);
  }
}

export const formFeed = (feed: ChangeFeed, forms: ReadonlyMap<ResourceId, Form>): ChangeFeed => ({
  changes(options) {
    const { resources } = options;
    const read = resources === undefined ? [] : [...resources].flatMap((id) => forms.get(id) ?? []);
    if (resources === undefined || read.length === 0) {
      return feed.changes(options);
    }
    const stored = [...resources].map((id) => forms.get(id)?.storedId ?? id);
    return changesHere(feed.changes({ ...options, resources: new Set(stored) }), resources, read);
  },
  get revision() {
    return feed.revision;
  },
  get oldestRevision() {
    return feed.oldestRevision;
  },
});
