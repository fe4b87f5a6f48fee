/** When a workload's history has to be looked after: somebody deleted a revision. Pure. */
import type { Trigger } from '../../registry/registry.ts';
import { REVISIONS } from '../kinds/controller-revision.ts';
import { controllerOf } from '../owner-references.ts';

export const onLostRevision = (ownerKind: string, shard: string): Trigger => ({
  resource: REVISIONS,
  dueOn: ({ before, after }) => {
    const owner = before === undefined || after !== undefined ? undefined : controllerOf(before);
    return owner?.kind === ownerKind ? [{ shard, key: `${before?.metadata.namespace ?? ''}/${owner.name}` }] : [];
  },
});
