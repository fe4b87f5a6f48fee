/** At most so many updaters are told apart; the oldest become one. Source: capmanagers.go. */
import { union } from '../../values/field-set/field-set.ts';
import type { Owner } from './owners.ts';

const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

export function capUpdaters(owners: readonly Owner[]): Owner[] {
  const updaters = owners
    .filter(({ operation }) => operation === 'Update')
    .sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1));
  // Those that become one leave one place, which is theirs.
  const surplus = updaters.length - MAX_UPDATERS;
  if (surplus <= 0) {
    return [...owners];
  }
  const merged = updaters.slice(0, surplus + 1);
  const kept = owners.filter((owner) => !merged.includes(owner));
  const buckets = new Map<string, Owner>();
  for (const owner of merged) {
    const bucket = buckets.get(owner.apiVersion);
    const fields = bucket === undefined ? owner.fields : union(bucket.fields, owner.fields);
    buckets.set(owner.apiVersion, { ...owner, manager: ANCIENT, subresource: '', fields });
  }
  return [...kept, ...buckets.values()];
}
