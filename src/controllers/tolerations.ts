/** Whether a toleration covers a taint. Source: component-helpers/scheduling/corev1, ToleratesTaint. */
import type { Taint } from './kinds/node.ts';
import type { Toleration } from './kinds/pod.ts';

export function tolerates({ key = '', operator, value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if ((effect !== '' && effect !== taint.effect) || (key !== '' && key !== taint.key)) {
    return false;
  }
  return operator === 'Exists' || (key !== '' && value === (taint.value ?? ''));
}

export const isTolerated = (taint: Taint, tolerations: readonly Toleration[]): boolean =>
  tolerations.some((toleration) => tolerates(toleration, taint));
