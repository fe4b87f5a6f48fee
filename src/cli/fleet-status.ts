/** The state of a fleet in numbers, counted from Tables without objects: a few bytes a node or pod. */
import { ApiError } from './rest/client-errors.ts';
import type { RestClient } from './rest/rest-client.ts';

export interface PoolStatus {
  readonly name: string;
  readonly replicas: number;
  readonly ready: number;
  readonly runtime: string;
}

export interface FleetStatus {
  readonly server: {
    readonly url: string;
    readonly version: string;
    readonly ready: boolean;
    readonly revision: string;
  };
  readonly nodes: { readonly total: number; readonly ready: number };
  readonly pods: { readonly total: number; readonly byPhase: Readonly<Record<string, number>> };
  readonly pools: readonly PoolStatus[];
}

export interface NodePool {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas?: number; readonly runtime?: string };
  readonly status?: { readonly replicas?: number; readonly readyReplicas?: number };
}

export const NODE_POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';
const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

export async function readFleetStatus(client: RestClient, url: string): Promise<FleetStatus> {
  const [version, ready, nodes, pods, pools] = await Promise.all([
    client.get<{ gitVersion: string }>('/version'),
    isReady(client),
    countNodes(client),
    Promise.all(PHASES.map(async (phase) => [phase, await countPods(client, phase)] as const)),
    client.get<{ items: NodePool[] }>(NODE_POOLS),
  ]);
  return {
    server: { url, version: version.gitVersion, ready, revision: nodes.revision },
    nodes: { total: nodes.total, ready: nodes.ready },
    pods: {
      total: pods.reduce((sum, [, count]) => sum + count, 0),
      byPhase: Object.fromEntries(pods.filter(([, count]) => count > 0)),
    },
    pools: pools.items.map(poolStatus),
  };
}

export const poolStatus = ({ metadata, spec, status }: NodePool): PoolStatus => ({
  name: metadata.name,
  replicas: spec.replicas ?? 0,
  ready: status?.readyReplicas ?? 0,
  runtime: spec.runtime ?? 'simulated',
});

async function isReady(client: RestClient): Promise<boolean> {
  try {
    await client.text('/readyz');
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 500) {
      return false;
    }
    throw error;
  }
}

async function countNodes(client: RestClient): Promise<{ total: number; ready: number; revision: string }> {
  const count = { total: 0, ready: 0, revision: '' };
  for await (const { metadata, columnDefinitions, rows } of client.tables('/api/v1/nodes')) {
    const status = columnDefinitions.findIndex(({ name }) => name === 'Status');
    count.revision = metadata.resourceVersion;
    count.total += rows.length;
    // The cell reads `Ready`, `NotReady` or `Ready,SchedulingDisabled`.
    count.ready += rows.filter(({ cells }) => String(cells[status]).split(',')[0] === 'Ready').length;
  }
  return count;
}

async function countPods(client: RestClient, phase: string): Promise<number> {
  let count = 0;
  for await (const { rows } of client.tables('/api/v1/pods', { fieldSelector: `status.phase=${phase}` })) {
    count += rows.length;
  }
  return count;
}
