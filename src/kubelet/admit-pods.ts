/** Admission of a batch: node by node, oldest pod first, each seeing those admitted before it. */
import type { Fence } from '../registry/registry.ts';
import { groupedBy } from '../values/grouped-by.ts';
import type { NodePods } from './admitted-pods.ts';
import type { KubeletContext } from './context.ts';
import { isCritical } from './eviction/rank.ts';
import type { Node } from './node.ts';
import type { NodeSettings } from './node-settings.ts';
import type { Pod } from './pod.ts';
import { admitPod, dependsOnOthers, type Rejection } from './pod-admission.ts';
import { preemptPods } from './preempt-pods.ts';
import { isShuttingDown } from './shutdown/groups.ts';

interface Candidate {
  readonly pod: Pod;
  readonly node: Node;
  readonly settings: NodeSettings;
}

/** By pod UID. A pod in neither is admitted. */
export interface Admission {
  readonly rejections: Map<string, Rejection>;
  /** Critical pods that are admitted once the pods preempted for them have ended. */
  readonly waiting: Set<string>;
}

export async function admitPods(
  context: KubeletContext,
  candidates: readonly Candidate[],
  tenure: string,
  fence: Fence,
): Promise<Admission> {
  const byNode = groupedBy(candidates, ({ node }) => node.metadata.name);
  const admission: Admission = { rejections: new Map(), waiting: new Set() };
  await Promise.all([...byNode].map(([, group]) => admitOnNode(context, group, { tenure, fence }, admission)));
  return admission;
}

async function admitOnNode(
  context: KubeletContext,
  group: Candidate[],
  { tenure, fence }: { readonly tenure: string; readonly fence: Fence },
  admission: Admission,
): Promise<void> {
  const { admitted } = context;
  group.sort((a, b) => sortKey(a.pod).localeCompare(sortKey(b.pod)));
  let isReloaded = false;
  for (const { pod, node, settings } of group) {
    const { uid } = pod.metadata;
    const { name } = node.metadata;
    const { configuration } = settings;
    const terms = { configuration, isShuttingDown: isShuttingDown(node, configuration) };
    let pods = await admitted.onNode(name, tenure);
    let rejection = admitPod(pod, node, pods.ofOthers(uid), terms);
    // Once a batch: a full node must not be read anew for each of the thousands that it refuses.
    if (rejection !== undefined && dependsOnOthers(rejection) && !isReloaded) {
      isReloaded = true;
      pods = await admitted.reload(name, tenure);
      restore(pods, group, pod, admission);
      rejection = admitPod(pod, node, pods.ofOthers(uid), terms);
    }
    if (rejection?.missing !== undefined && isCritical(pod)) {
      const { missing } = rejection;
      rejection = admitPod(pod, node, pods.ofOthers(uid), { ...terms, hasRoom: true });
      rejection ??= await preemptPods(context, { pod, node }, missing, fence);
      if (rejection === undefined) {
        admission.waiting.add(uid);
        continue;
      }
    }
    if (rejection === undefined) {
      pods.set(uid, pod.spec);
    } else {
      admission.rejections.set(uid, rejection);
    }
  }
}

/** Those admitted earlier in this very batch have no startTime in the store yet. */
function restore(pods: NodePods, group: readonly Candidate[], until: Pod, { rejections, waiting }: Admission): void {
  for (const { pod } of group) {
    if (pod === until) {
      return;
    }
    if (!rejections.has(pod.metadata.uid) && !waiting.has(pod.metadata.uid)) {
      pods.set(pod.metadata.uid, pod.spec);
    }
  }
}

const sortKey = ({ metadata: { creationTimestamp = '', namespace, name } }: Pod): string =>
  `${creationTimestamp}/${namespace}/${name}`;
