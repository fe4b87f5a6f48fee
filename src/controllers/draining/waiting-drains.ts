/** Which drains wait for nodes that another has emptied and keeps until it is over. Pure. */
import type { Drain } from '../../resources/fleet/drain.ts';
import { groupedBy } from '../../values/grouped-by.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { noteOf, writerOf } from './drain-note.ts';
import { isMeant } from './meant-nodes.ts';

/** UIDs of those of `drains` that `by` keeps from their end, or that wait for one that it does; `by` is among them. */
export function waitersFor(
  by: string,
  drains: readonly Pick<Drain, 'metadata' | 'spec'>[],
  nodes: Iterable<NodeInfo>,
): ReadonlySet<string> {
  const noted = [...nodes].filter(({ drainNote }) => drainNote !== '');
  const byWriter = groupedBy(noted, ({ drainNote }) => writerOf(drainNote) ?? '');
  const others = drains.map(({ metadata: { uid = '' }, spec = {} }) => ({ uid, wants: isMeant(spec) }));
  const waiters = new Set([by]);
  // Those that are added are gone through too.
  for (const keeper of waiters) {
    const kept = (byWriter.get(keeper) ?? []).filter((node) => noteOf(node, keeper)?.drained === true);
    for (const { uid } of others.filter(({ uid: other, wants }) => !waiters.has(other) && kept.some(wants))) {
      waiters.add(uid);
    }
  }
  return waiters;
}
