/** Disruption budgets as pre-emption counts with them. */
import { isEmptySelector, type LabelSelector, selectorTest } from '../../../values/label-selector.ts';
import type { KubeObject } from '../../../values/object.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import type { Views } from '../../views/views.ts';

interface Budget {
  readonly namespace: string;
  readonly selects: (labels: PodInfo['labels']) => boolean;
  readonly allowed: number;
  /** Names of pods whose eviction it has counted already. */
  readonly disrupted: ReadonlySet<string>;
}
interface StoredBudget extends KubeObject {
  readonly spec?: { readonly selector?: LabelSelector };
  readonly status?: { readonly disruptionsAllowed?: number; readonly disruptedPods?: object };
}

/** One that selects nothing, or everything by an empty selector, holds nobody. */
function toBudget(object: KubeObject): Budget | undefined {
  const { metadata, spec, status } = object as StoredBudget;
  return isEmptySelector(spec?.selector)
    ? undefined
    : {
        namespace: metadata.namespace ?? '',
        selects: selectorTest(spec?.selector),
        allowed: status?.disruptionsAllowed ?? 0,
        disrupted: new Set(Object.keys(status?.disruptedPods ?? {})),
      };
}

export class Budgets {
  readonly #byNamespace = new Map<string, Map<string, Budget>>();

  constructor(views: Pick<Views, 'follow'>) {
    views.follow<Budget>({
      resource: 'poddisruptionbudgets.policy',
      project: toBudget,
      onChange: (key, now, before) => {
        const namespace = (now ?? before)?.namespace ?? '';
        const budgets = this.#byNamespace.get(namespace) ?? new Map<string, Budget>();
        this.#byNamespace.set(namespace, budgets);
        if (now === undefined) {
          budgets.delete(key);
        } else {
          budgets.set(key, now);
        }
      },
    });
  }

  /** Those of the pods whose eviction, one after the other, a budget would not allow. */
  violated(pods: readonly PodInfo[]): Set<PodInfo> {
    const left = new Map<Budget, number>();
    const violating = new Set<PodInfo>();
    for (const pod of pods) {
      for (const budget of this.#byNamespace.get(pod.namespace)?.values() ?? []) {
        if (budget.selects(pod.labels) && !budget.disrupted.has(pod.name)) {
          const allowed = (left.get(budget) ?? budget.allowed) - 1;
          left.set(budget, allowed);
          if (allowed < 0) {
            violating.add(pod);
          }
        }
      }
    }
    return violating;
  }
}
