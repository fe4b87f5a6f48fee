/** Which events may let a pod fit that other pods' places refused. Source: interpodaffinity/plugin.go. */
import type { PodInfo } from '../../views/pod-info.ts';
import { isSamePlace } from '../cache/same-place.ts';
import { compileTerms } from '../demand/affinity-term.ts';
import type { ClusterEvent } from '../queue/cluster-event.ts';
import type { World } from '../world/world.ts';

export function changesAffinity(event: ClusterEvent, pod: PodInfo, { namespaces }: World): boolean {
  const { near, apart } = compileTerms(pod);
  const isNear = (other: PodInfo): boolean => near.some((term) => term.matches(other, namespaces.of));
  /** One of the two kept the other away. */
  const isApart = (other: PodInfo): boolean =>
    apart.some((term) => term.matches(other, namespaces.of)) ||
    compileTerms(other).apart.some((term) => term.matches(pod, namespaces.of));
  switch (event.kind) {
    case 'pod':
      // Its labels may have made it one of those that are wanted, or no longer one of those that are not.
      return isNear(event.pod) || (event.before !== undefined && isApart(event.before));
    case 'pod-gone':
      // The last of those that are wanted goes, too: then the first of its kind may go anywhere.
      return isApart(event.pod) || isNear(event.pod);
    case 'node':
      return !isSamePlace(event.node, event.before);
    default:
      return true;
  }
}
