/**
 * How many nodes a pool should have for the pods that fit nowhere, and which of its nodes nobody uses. Pure. As the
 * cluster autoscaler does it: a new node is imagined, and pods are packed into it one after another.
 */

import type { Taint } from '../kinds/node.ts';
import type { NodePool } from '../kinds/node-pool.ts';
import { requiredAffinity } from '../node-selector.ts';
import { isTolerated } from '../tolerations.ts';
import { type Amounts, accumulate, amountsOf } from '../views/amounts.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import { INSTANCE_TYPE_LABEL, poolCapacity, poolLabels, shapeCount } from './pool-node.ts';

/** A look must stay short, whatever is pending. */
const PODS_LOOKED_AT = 5_000;

/** Tried, refused, and waiting for nothing but room. */
const isPending = ({ scheduling, scheduledAt, deletionTime, nominatedNodeName }: PodInfo): boolean =>
  scheduling !== undefined &&
  (scheduling.schedulingGates ?? []).length === 0 &&
  scheduledAt > 0 &&
  deletionTime === undefined &&
  nominatedNodeName === '';

/** Whether a node of the pool could take the pod if it were empty, resources apart. */
function couldTake(pool: NodePool): (pod: PodInfo) => boolean {
  const { template = {} } = pool.spec ?? {};
  const taints: readonly Taint[] = (template.spec?.taints ?? []).filter(({ effect }) => effect !== 'PreferNoSchedule');
  const shapes = Array.from({ length: shapeCount(pool) }, (_, index) => poolLabels(pool, index));
  return ({ scheduling, tolerations }) => {
    const meets = scheduling === undefined ? undefined : requiredAffinity(scheduling);
    return (
      template.spec?.unschedulable !== true &&
      taints.every((taint) => isTolerated(taint, tolerations)) &&
      (meets === undefined || shapes.some((shape) => meets({ name: '', labels: shape })))
    );
  };
}

/** Of the node of each index: as one of its instance type has it, or as the pool says. */
function roomsOf(pool: NodePool, nodes: readonly NodeInfo[]): (index: number) => Amounts {
  const typeOf = (labels: Readonly<Record<string, string>>): string => labels[INSTANCE_TYPE_LABEL] ?? '';
  const known = new Map<string, Amounts>();
  for (const { allocatable, labels } of nodes) {
    if (Object.keys(allocatable).length > 0 && !known.has(typeOf(labels))) {
      known.set(typeOf(labels), allocatable);
    }
  }
  const count = shapeCount(pool);
  const shapes = Array.from(
    { length: count },
    (_, index) => known.get(typeOf(poolLabels(pool, index))) ?? amountsOf(poolCapacity(pool, index)),
  );
  return (index) => shapes[index % count] ?? {};
}

const fits = (room: Amounts, wanted: Amounts): boolean =>
  Object.entries(wanted).every(([name, amount]) => amount <= (room[name] ?? 0));

/** Nodes that the pending pods would fill, at most `limit`. */
export function nodesNeeded(
  pool: NodePool,
  nodes: readonly NodeInfo[],
  pods: Iterable<PodInfo>,
  limit: number,
): number {
  const isMine = couldTake(pool);
  const emptyAt = roomsOf(pool, nodes);
  const count = shapeCount(pool);
  const rooms: Record<string, number>[] = [];
  let looked = 0;
  for (const pod of pods) {
    if (!isPending(pod) || !isMine(pod)) {
      continue;
    }
    const wanted = { ...pod.requests, pods: 1 };
    let room = rooms.find((one) => fits(one, wanted));
    if (room === undefined && rooms.length < limit) {
      // Nodes come in their turn: one that is large enough may have smaller ones before it.
      const next = Array.from({ length: count }, (_, at) => emptyAt(nodes.length + rooms.length + at));
      const first = next.findIndex((one) => fits(one, wanted));
      const added = next.slice(0, first + 1).map((one) => ({ ...one }));
      if (rooms.length + added.length <= limit) {
        rooms.push(...added);
        room = added.at(-1);
      }
    }
    if (room !== undefined) {
      accumulate(room, wanted, -1);
    }
    looked += 1;
    if (looked >= PODS_LOOKED_AT || (room === undefined && rooms.length >= limit)) {
      break;
    }
  }
  return rooms.length;
}

/** Nothing runs there but what runs everywhere: pods of daemon sets, and those that the node made itself. */
export function isUnused({ uid }: NodeInfo, pods: Iterable<PodInfo>, daemonSets: ReadonlySet<string>): boolean {
  for (const pod of pods) {
    if (!isFinished(pod) && !daemonSets.has(pod.controllerUid) && pod.controllerUid !== uid) {
      return false;
    }
  }
  return true;
}

/** Since when nodes are unused, on the monotonic clock; begins anew with the process, so that it errs towards waiting. */
export class UnusedSince {
  readonly #since = new Map<string, number>();

  /** Those of `all` that were unused at each look for so long. */
  longerThan(
    delayMs: number,
    all: readonly NodeInfo[],
    unused: (node: NodeInfo) => boolean,
    nowMs: number,
  ): NodeInfo[] {
    return all.filter((node) => {
      if (!unused(node)) {
        this.#since.delete(node.uid);
        return false;
      }
      const since = this.#since.get(node.uid) ?? nowMs;
      this.#since.set(node.uid, since);
      return nowMs - since >= delayMs;
    });
  }

  keepOnly(uids: ReadonlySet<string>): void {
    for (const uid of this.#since.keys()) {
      if (!uids.has(uid)) {
        this.#since.delete(uid);
      }
    }
  }
}
