/** Deletions and evictions as the registry makes them: grace for pods, preconditions, finalizers, budgets. */
import { conflict } from '../../../src/errors.ts';
import { budgetOf, isBeyondBudgets, spendBudget } from '../../../src/registry/eviction-verdict.ts';
import type { Registry, StoredObject } from '../../../src/registry/registry.ts';
import { decodeObject } from '../../../src/storage/stored-object.ts';
import { type FleetObjects, resourceOf } from './fleet-objects.ts';
import type { Loose } from './loose.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
const FINALIZERS = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined };

export type DeleteOptions = Parameters<Registry['delete']>[3] & object;
export type EvictOptions = Parameters<Registry['evict']>[2] & object;

interface Hooks {
  readonly now: () => number;
  /** Called with every pod that is evicted, after its budget has paid. */
  readonly onEvict: (pod: Loose) => void;
}

export class FleetDeletions {
  readonly #objects: FleetObjects;
  readonly #hooks: Hooks;

  constructor(objects: FleetObjects, hooks: Hooks) {
    this.#objects = objects;
    this.#hooks = hooks;
  }

  /** The budget pays, or the pod stays. */
  evict(namespace: string, name: string, options: EvictOptions): void {
    const pod = decodeObject<Loose>(this.#objects.row('pods', namespace, name));
    const budgets = this.#objects.all(BUDGETS).filter(({ metadata }) => metadata.namespace === namespace);
    const budget = isBeyondBudgets(pod) ? undefined : budgetOf(pod, budgets);
    const status = budget === undefined ? undefined : spendBudget(pod, budget, this.#hooks.now());
    if (budget !== undefined && status !== undefined) {
      this.#objects.edit(BUDGETS, namespace, budget.metadata.name ?? '', (object) => {
        object.status = status;
      });
    }
    this.#hooks.onEvict(pod);
    this.delete('pods', namespace, name, options);
  }

  delete(
    id: string,
    namespace: string,
    name: string,
    options: DeleteOptions,
  ): { object: StoredObject; removed: boolean } {
    const row = this.#objects.row(id, namespace, name);
    checkPreconditions(row, id, options);
    const object = decodeObject<Loose>(row);
    const bound = id === 'pods' && (object.spec.nodeName ?? '') !== '';
    const over = ['Succeeded', 'Failed'].includes(object.status?.phase);
    const grace = bound && !over ? (options.gracePeriodSeconds ?? 30) : 0;
    const added = FINALIZERS[options.propagationPolicy ?? 'Background'];
    if (added !== undefined) {
      object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), added])];
    }
    object.metadata.deletionTimestamp ??= new Date(this.#hooks.now() + grace * 1_000).toISOString();
    object.metadata.deletionGracePeriodSeconds = Math.min(object.metadata.deletionGracePeriodSeconds ?? grace, grace);
    const after = this.#objects.put(id, object);
    return { object: after, removed: this.#objects.find(id, namespace, name) === undefined };
  }
}

function checkPreconditions({ uid, revision, name }: StoredObject, id: string, { preconditions }: DeleteOptions): void {
  const { uid: askedUid = uid, resourceVersion = String(revision) } = preconditions ?? {};
  if (askedUid !== uid) {
    throw conflict(resourceOf(id), name, 'Precondition failed: UID in precondition');
  }
  if (resourceVersion !== String(revision)) {
    throw conflict(resourceOf(id), name, 'Precondition failed: ResourceVersion in precondition');
  }
}
