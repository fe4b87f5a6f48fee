/**
 * dashboard/: the web app, a user of the public API like any other, through `client/`; imports nothing of the server.
 * This file is its model: what the subscriptions have told so far, and what the page shows of it. Pure.
 */
import type { Kinds } from '../client/openapi.ts';

type Node = Kinds['v1']['Node'];
type Pod = Kinds['v1']['Pod'];
type NodePool = Kinds['fleet.flotilla.dev/v1alpha1']['NodePool'];
/** What the page follows, by subscription. */
export interface Followed {
  readonly nodes: Node;
  readonly pods: Pod;
  readonly pools: NodePool;
}

export type NodeState = 'ready' | 'cordoned' | 'not-ready' | 'unknown';
export interface NodeRow {
  readonly name: string;
  readonly state: NodeState;
}
export interface PodRow {
  readonly namespace: string;
  readonly name: string;
  readonly status: string;
  readonly restarts: number;
  readonly node: string;
  readonly ip: string;
}
export interface PoolRow {
  readonly name: string;
  readonly ready: number;
  readonly nodes: number;
  readonly wanted: number;
  readonly runtime: string;
}

const nameOf = ({ metadata }: Followed[keyof Followed]): string => metadata?.name ?? '';
const byName = <T extends { name: string }>(rows: T[]): T[] =>
  rows.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));

function nodeState({ spec, status }: Node): NodeState {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown';
  if (ready === 'True') {
    return spec?.unschedulable === true ? 'cordoned' : 'ready';
  }
  return ready === 'False' ? 'not-ready' : 'unknown';
}

function podStatus({ metadata, status }: Pod): string {
  if (metadata?.deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
  return waiting?.reason ?? status?.reason ?? status?.phase ?? 'Pending';
}

export class FleetState {
  readonly #nodes = new Map<string, Node>();
  readonly #pods = new Map<string, Pod>();
  readonly #pools = new Map<string, NodePool>();
  readonly #maps: { readonly [Id in keyof Followed]: Map<string, Followed[Id]> } = {
    nodes: this.#nodes,
    pods: this.#pods,
    pools: this.#pools,
  };

  /** A snapshot replaces what was known of that kind: what it lacks is gone. */
  reset(subscription: keyof Followed): void {
    this.#maps[subscription].clear();
  }

  apply<Id extends keyof Followed>(
    subscription: Id,
    { type, object }: { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Followed[Id] },
  ): void {
    const uid = object.metadata?.uid ?? '';
    if (type === 'DELETED') {
      this.#maps[subscription].delete(uid);
    } else {
      this.#maps[subscription].set(uid, object);
    }
  }

  nodes(): NodeRow[] {
    return byName([...this.#nodes.values()].map((node) => ({ name: nameOf(node), state: nodeState(node) })));
  }

  pods(filter: string): PodRow[] {
    const rows = [...this.#pods.values()].map((pod) => ({
      namespace: pod.metadata?.namespace ?? '',
      name: nameOf(pod),
      status: podStatus(pod),
      restarts: (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
      node: pod.spec?.nodeName ?? '',
      ip: pod.status?.podIP ?? '',
    }));
    const wanted = filter.trim().toLowerCase();
    return byName(rows.filter(({ namespace, name, node }) => `${namespace}/${name} ${node}`.includes(wanted)));
  }

  pools(): PoolRow[] {
    return byName(
      [...this.#pools.values()].map((pool) => ({
        name: nameOf(pool),
        ready: pool.status?.readyReplicas ?? 0,
        nodes: pool.status?.replicas ?? 0,
        wanted: pool.spec?.replicas ?? 0,
        runtime: pool.spec?.runtime ?? '',
      })),
    );
  }

  summary(): { nodes: number; readyNodes: number; pods: number; runningPods: number; pools: number } {
    return {
      nodes: this.#nodes.size,
      readyNodes: [...this.#nodes.values()].filter((node) => ['ready', 'cordoned'].includes(nodeState(node))).length,
      pods: this.#pods.size,
      runningPods: [...this.#pods.values()].filter((pod) => podStatus(pod) === 'Running').length,
      pools: this.#pools.size,
    };
  }
}
