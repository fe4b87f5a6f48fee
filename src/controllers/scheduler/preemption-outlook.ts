/** Whether evicting others could make room, as far as it can be told without trying. Pure. */
import { type Diagnosis, summary } from './diagnosis.ts';

export function noPreemption({ nodes, rejection, refused }: Diagnosis): string {
  const preemptible = rejection === undefined ? [...refused.values()].filter((each) => each.preemptible).length : 0;
  const counts = new Map<string, number>();
  if (preemptible > 0) {
    counts.set('No preemption victims found for incoming pod', preemptible);
  }
  if (nodes > preemptible) {
    counts.set('Preemption is not helpful for scheduling', nodes - preemptible);
  }
  return nodes === 0 ? '' : summary(nodes, counts);
}
