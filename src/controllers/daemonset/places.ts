/** The nodes as a daemon set sees them: what it thinks of each, and its pods there. */
import { setImmediate } from 'node:timers/promises';
import { groupedBy } from '../../values/grouped-by.ts';
import type { DaemonSet } from '../kinds/daemon-set.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { nodeOf } from './daemon-pod.ts';
import { judgeNodes, type Verdict } from './node-verdict.ts';

export interface Place {
  readonly nodeName: string;
  readonly verdict: Verdict;
  /** Its pods, oldest first, bound ones before others; also those that are ending. */
  readonly pods: readonly PodInfo[];
}
export interface Places {
  readonly places: readonly Place[];
  /** Unbound pods for nodes that are gone: no scheduler will ever bind them, no pod GC sees them. */
  readonly strays: readonly PodInfo[];
}

/** About 5 ms of work; then others of the process get their turn. */
const SLICE = 2_000;
const NO_PODS: readonly PodInfo[] = [];

const byAge = (a: PodInfo, b: PodInfo): number =>
  Number(b.nodeName !== '') - Number(a.nodeName !== '') || a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1);

export async function findPlaces(set: DaemonSet, nodes: Iterable<NodeInfo>, pods: Iterable<PodInfo>): Promise<Places> {
  const byNode = groupedBy([...pods].filter(isPresent), nodeOf);
  byNode.delete(undefined);
  const judge = judgeNodes(set);
  const places: Place[] = [];
  for (const { name, labels, taints } of [...nodes]) {
    const there = byNode.get(name) ?? NO_PODS;
    byNode.delete(name);
    places.push({ nodeName: name, verdict: judge({ name, labels, taints }), pods: [...there].sort(byAge) });
    if (places.length % SLICE === 0) {
      await setImmediate();
    }
  }
  const strays = [...byNode.values()].flat().filter(({ nodeName }) => nodeName === '');
  return { places, strays };
}

/** One that is over and on its way out is none. */
const isPresent = (pod: PodInfo): boolean => !(isFinished(pod) && pod.deletionTime !== undefined);
