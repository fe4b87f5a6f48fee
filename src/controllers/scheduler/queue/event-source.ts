/** Tells the queue what the views saw: pods to schedule, and what may help those that wait. */
import type { NodeInfo } from '../../views/node-info.ts';
import { isFinished, type PodInfo } from '../../views/pod-info.ts';
import type { Views } from '../../views/views.ts';
import { isSamePlace } from '../cache/same-place.ts';
import { weighsTheSame } from '../cache/same-weight.ts';
import { demandOf } from '../demand/demand.ts';
import type { SchedulingQueue } from './scheduling-queue.ts';

type Queue = Pick<SchedulingQueue, 'nominations' | 'put' | 'drop' | 'happened'>;

/** Whether the pod waits for a node, and from one of these schedulers. */
const isPending = (pod: PodInfo, schedulers: ReadonlySet<string>): boolean =>
  pod.scheduling !== undefined &&
  pod.deletionTime === undefined &&
  pod.phase === 'Pending' &&
  schedulers.has(pod.scheduling.schedulerName ?? 'default-scheduler');

const isOnNode = (pod: PodInfo): boolean => pod.nodeName !== '' && !isFinished(pod);

/** Whether the change may let the pod itself fit. */
const asksOtherwise = (now: PodInfo, before: PodInfo | undefined): boolean =>
  before === undefined || demandOf(now).key !== demandOf(before).key;

export function feedQueue(views: Pick<Views, 'onPod' | 'onNode'>, queue: Queue, schedulers: ReadonlySet<string>): void {
  views.onPod((now, before) => {
    if (before !== undefined && before.uid !== now?.uid) {
      podChanged(queue, schedulers, undefined, before);
      podChanged(queue, schedulers, now, undefined);
    } else {
      podChanged(queue, schedulers, now, before);
    }
  });
  views.onNode((now, before) => nodeChanged(queue, now, before));
}

function podChanged(
  queue: Queue,
  schedulers: ReadonlySet<string>,
  now: PodInfo | undefined,
  before: PodInfo | undefined,
): void {
  if (now !== undefined && isPending(now, schedulers)) {
    queue.nominations.saw(now, before);
    queue.put(now, asksOtherwise(now, before));
  } else if (before !== undefined && isPending(before, schedulers)) {
    queue.nominations.drop(before.uid);
    queue.drop(before.uid);
  }
  const was = before !== undefined && isOnNode(before) ? before : undefined;
  if (now !== undefined && isOnNode(now)) {
    if (was === undefined || !weighsTheSame(was, now)) {
      queue.happened({ kind: 'pod', pod: now, before: was });
    }
  } else if (was !== undefined) {
    queue.happened({ kind: 'pod-gone', pod: was });
  }
}

function nodeChanged(queue: Queue, now: NodeInfo | undefined, before: NodeInfo | undefined): void {
  if (now === undefined) {
    if (before !== undefined) {
      queue.happened({ kind: 'node-gone', node: before });
    }
  } else if (!isSamePlace(now, before) || hasOtherRoom(now, before)) {
    queue.happened({ kind: 'node', node: now, before });
  }
}

const hasOtherRoom = (now: NodeInfo, before: NodeInfo | undefined): boolean =>
  JSON.stringify(now.allocatable) !== JSON.stringify(before?.allocatable);
