/** One budget against its pods: its next status, and the events that tell of what cannot be counted. */
import type { PodDisruptionBudget } from '../../resources/policy/pod-disruption-budget.ts';
import { formatLabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import type { ControllerContext } from '../controller.ts';
import { same } from '../equality.ts';
import type { Emit } from '../events.ts';
import type { PodInfo } from '../views/pod-info.ts';
import { expectations, failedStatus, lookAtBudget, needsScale } from './budget-status.ts';
import { expectedScale, NoScaleError } from './expected-scale.ts';

export interface Verdict {
  /** The budget with a status to write; undefined: it says what is true. */
  readonly after?: KubeObject;
  readonly recheckInMs?: number;
  readonly error?: Error;
}

export async function judgeBudget(
  { registry, clock }: ControllerContext,
  emit: Emit,
  budget: PodDisruptionBudget,
  pods: readonly PodInfo[],
): Promise<Verdict> {
  const spec = budget.spec ?? {};
  const now = clock.now();
  try {
    const { scale, unmanaged } = needsScale(spec) ? await expectedScale(registry, pods) : { scale: 0, unmanaged: [] };
    const { status, recheckInMs, undeleted } = lookAtBudget(budget, pods, expectations(spec, pods.length, scale), now);
    tellUndeleted(emit, budget, undeleted);
    if (status !== undefined) {
      tellUncounted(emit, budget, pods, unmanaged);
    }
    return {
      ...(status === undefined ? {} : { after: { ...budget, status } }),
      ...(recheckInMs === undefined ? {} : { recheckInMs }),
    };
  } catch (error) {
    if (!(error instanceof NoScaleError)) {
      throw error;
    }
    const status = failedStatus(budget, error.message, now);
    if (same(status, budget.status)) {
      return {};
    }
    const message = `Failed to calculate the number of expected pods: ${error.message}`;
    emit(budget, 'Warning', 'CalculateExpectedPodCountFailed', message);
    return { after: { ...budget, status } };
  }
}

function tellUndeleted(emit: Emit, { metadata }: PodDisruptionBudget, pods: readonly PodInfo[]): void {
  for (const { namespace, name, uid } of pods) {
    const message = `Pod was expected by PDB ${metadata.namespace}/${metadata.name} to be deleted but it wasn't`;
    emit({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid } }, 'Warning', 'NotDeleted', message);
  }
}

/** With a status that is new only: an event at each look would be a write for each change of any pod. */
function tellUncounted(
  emit: Emit,
  budget: PodDisruptionBudget,
  pods: readonly PodInfo[],
  unmanaged: readonly string[],
): void {
  if (pods.length === 0) {
    emit(budget, 'Normal', 'NoPods', 'No matching pods found');
  }
  if (unmanaged.length > 0) {
    const selector = formatLabelSelector(budget.spec?.selector ?? {});
    emit(
      budget,
      'Warning',
      'UnmanagedPods',
      `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the ` +
        'status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for ' +
        'these pods please set ".spec.minAvailable" field of the PDB to an integer value.',
    );
  }
}
