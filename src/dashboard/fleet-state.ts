/**
 * dashboard/: the web app, a user of the public stream like any other; imports nothing of the server. This file is its
 * model: what the subscriptions have told so far, and what the page shows of it. Pure.
 */
import type { StreamEvent, StreamObject } from './stream-client.ts';

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

interface Condition {
  type: string;
  status: string;
}
interface Node extends StreamObject {
  spec?: { unschedulable?: boolean };
  status?: { conditions?: Condition[] };
}
interface Pod extends StreamObject {
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    podIP?: string;
    containerStatuses?: { restartCount?: number; state?: { waiting?: { reason?: string } } }[];
  };
}
interface NodePool extends StreamObject {
  spec?: { replicas?: number; runtime?: string };
  status?: { replicas?: number; readyReplicas?: number };
}

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
  if (metadata.deletionTimestamp !== undefined) {
    return 'Terminating';
  }
  const waiting = status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
  return waiting?.reason ?? status?.reason ?? status?.phase ?? 'Pending';
}

export class FleetState {
  readonly #nodes = new Map<string, Node>();
  readonly #pods = new Map<string, Pod>();
  readonly #pools = new Map<string, NodePool>();

  /** A snapshot replaces what was known of that kind: what it lacks is gone. */
  reset(subscription: string): void {
    this.#of(subscription)?.clear();
  }

  apply(subscription: string, { type, object }: StreamEvent): void {
    const objects = this.#of(subscription);
    if (type === 'DELETED') {
      objects?.delete(object.metadata.uid);
    } else {
      objects?.set(object.metadata.uid, object);
    }
  }

  #of(subscription: string): Map<string, StreamObject> | undefined {
    const maps: Readonly<Record<string, Map<string, StreamObject>>> = {
      nodes: this.#nodes,
      pods: this.#pods,
      pools: this.#pools,
    };
    return maps[subscription];
  }

  nodes(): NodeRow[] {
    return byName([...this.#nodes.values()].map((node) => ({ name: node.metadata.name, state: nodeState(node) })));
  }

  pods(filter: string): PodRow[] {
    const rows = [...this.#pods.values()].map((pod) => ({
      namespace: pod.metadata.namespace ?? '',
      name: pod.metadata.name,
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
      [...this.#pools.values()].map(({ metadata, spec, status }) => ({
        name: metadata.name,
        ready: status?.readyReplicas ?? 0,
        nodes: status?.replicas ?? 0,
        wanted: spec?.replicas ?? 0,
        runtime: spec?.runtime ?? '',
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
