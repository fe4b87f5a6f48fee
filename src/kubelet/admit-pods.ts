/** Admission of a batch: node by node, oldest pod first, each seeing those admitted before it. */

import { totalOf } from './admitted-pods.ts';
import type { KubeletContext } from './context.ts';
import type { Node } from './node.ts';
import type { Pod } from './pod.ts';
import { admitPod, type Rejection } from './pod-admission.ts';
import { type Amounts, podRequests } from './pod-resources.ts';

interface Candidate {
  readonly pod: Pod;
  readonly node: Node;
}

/** Rejections by pod uid; who is not in it is admitted. */
export async function admitPods(
  context: KubeletContext,
  candidates: readonly Candidate[],
  tenure: string,
): Promise<Map<string, Rejection>> {
  const byNode = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { name } = candidate.node.metadata;
    byNode.set(name, [...(byNode.get(name) ?? []), candidate]);
  }
  const rejections = new Map<string, Rejection>();
  await Promise.all([...byNode].map(([, group]) => admitOnNode(context, group, tenure, rejections)));
  return rejections;
}

async function admitOnNode(
  { admitted }: KubeletContext,
  group: Candidate[],
  tenure: string,
  rejections: Map<string, Rejection>,
): Promise<void> {
  group.sort((a, b) => sortKey(a.pod).localeCompare(sortKey(b.pod)));
  for (const { pod, node } of group) {
    const { uid } = pod.metadata;
    const { name } = node.metadata;
    let pods = await admitted.onNode(name, tenure);
    let rejection = admitPod(pod, node, usedByOthers(pods, uid));
    if (rejection?.reason.startsWith('OutOf')) {
      pods = await admitted.reload(name, tenure);
      restore(pods, group, pod, rejections);
      rejection = admitPod(pod, node, usedByOthers(pods, uid));
    }
    if (rejection === undefined) {
      pods.set(uid, podRequests(pod.spec));
    } else {
      rejections.set(uid, rejection);
    }
  }
}

/** Those admitted earlier in this very batch have no startTime in the store yet. */
function restore(
  pods: Map<string, Amounts>,
  group: readonly Candidate[],
  until: Pod,
  rejections: ReadonlyMap<string, Rejection>,
): void {
  for (const { pod } of group) {
    if (pod === until) {
      return;
    }
    if (!rejections.has(pod.metadata.uid)) {
      pods.set(pod.metadata.uid, podRequests(pod.spec));
    }
  }
}

/** What the admitted pods of a node but this one have been given. */
export function usedByOthers(pods: ReadonlyMap<string, Amounts>, uid: string): Map<string, number> {
  const total = totalOf(pods);
  for (const [name, amount] of pods.get(uid) ?? []) {
    total.set(name, (total.get(name) ?? 0) - amount);
  }
  return total;
}

const sortKey = ({ metadata: { creationTimestamp = '', namespace, name } }: Pod): string =>
  `${creationTimestamp}/${namespace}/${name}`;
