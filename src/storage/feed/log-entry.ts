/** One entry of the change log as the feed passes it around: a change, or a renewal that is expanded when it is read. */
import type { Change } from '../object-store.ts';
import type { ResourceId } from '../stored-object.ts';

export interface LogEntry {
  readonly revision: number;
  readonly resource: ResourceId;
  /** What it costs to deliver, about. */
  readonly bytes: number;
  readonly changes: readonly Change[] | (() => Promise<readonly Change[]>);
}

/** Labels, keys and object headers beside the body. */
const ENTRY_BYTES = 512;
/** A renewal holds a closure until it is read; then about this much for a shard of 2,000 leases. */
const RENEWAL_BYTES = 64 * 1024;

export const changeEntry = (change: Change): LogEntry => ({
  revision: change.revision,
  resource: change.object.resource,
  bytes: change.object.body.length + ENTRY_BYTES,
  changes: [change],
});

/** `expand` runs at most once at a time, however many readers there are. */
export function renewalEntry(
  revision: number,
  resource: ResourceId,
  expand: () => Promise<readonly Change[]>,
): LogEntry {
  let expanded: Promise<readonly Change[]> | undefined;
  const changes = (): Promise<readonly Change[]> => {
    expanded ??= expand().catch((error: unknown) => {
      expanded = undefined;
      throw error;
    });
    return expanded;
  };
  return { revision, resource, bytes: RENEWAL_BYTES, changes };
}

/** All changes of the entries, in order. */
export async function expandEntries(entries: readonly LogEntry[]): Promise<readonly Change[]> {
  const lists = [];
  for (const { changes } of entries) {
    lists.push(typeof changes === 'function' ? await changes() : changes);
  }
  return lists.flat();
}
