/** Why a pod fits nowhere, as kube-scheduler says it. Pure. Source: scheduler/framework/types.go, FitError. */
import type { Refusal } from './filters.ts';

export function failureMessage(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) {
    return 'no nodes available to schedule pods';
  }
  const hopeless = 'Preemption is not helpful for scheduling';
  const victimless = 'No preemption victims found for incoming pod';
  const preemption = refusals.map(({ preemptible }) => (preemptible ? victimless : hopeless));
  const filters = summary(
    refusals.length,
    refusals.flatMap(({ reasons }) => reasons),
  );
  return `${filters} preemption: ${summary(refusals.length, preemption)}`;
}

/** `0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods.`: counted, then sorted as text. */
function summary(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${texts.join(', ')}.`;
}
