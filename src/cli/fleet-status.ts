/**
 * The state of a fleet in numbers, counted from Tables without objects: a few bytes a node or pod. Running pods, which are
 * the most, are what the others leave of all that the server counts.
 */
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
const OTHER_PHASES = PHASES.filter((phase) => phase !== 'Running');

export async function readFleetStatus(client: RestClient, url: string): Promise<FleetStatus> {
  const [version, ready, nodes, pods, pools] = await Promise.all([
    client.get<{ gitVersion: string }>('/version'),
    isReady(client),
    countNodes(client),
    countPodsByPhase(client),
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

async function countPodsByPhase(client: RestClient): Promise<readonly (readonly [phase: string, count: number])[]> {
  const [all, others] = await Promise.all([
    countAllPods(client),
    Promise.all(OTHER_PHASES.map(async (phase) => [phase, await countPods(client, phase)] as const)),
  ]);
  const rest = others.reduce((sum, [, count]) => sum + count, 0);
  // Pods come and go between the lists.
  const running = all === undefined ? await countPods(client, 'Running') : Math.max(0, all - rest);
  const counts = new Map([...others, ['Running', running] as const]);
  return PHASES.map((phase) => [phase, counts.get(phase) ?? 0] as const);
}

interface FirstOfList {
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly unknown[];
}

/** Undefined: the server does not tell, as the API leaves it free to. */
async function countAllPods(client: RestClient): Promise<number | undefined> {
  const { metadata, items } = await client.get<FirstOfList>('/api/v1/pods', { limit: '1' });
  const isWhole = metadata.continue === undefined || metadata.continue === '';
  const remaining = isWhole ? 0 : metadata.remainingItemCount;
  return remaining === undefined ? undefined : items.length + remaining;
}

async function countPods(client: RestClient, phase: string): Promise<number> {
  let count = 0;
  for await (const { rows } of client.tables('/api/v1/pods', { fieldSelector: `status.phase=${phase}` })) {
    count += rows.length;
  }
  return count;
}
