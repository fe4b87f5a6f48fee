/** How far nodes are that shut down. */
import pLimit from 'p-limit';
import { renderColumns } from '../output.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { AT_A_TIME, nodePath } from './choose-nodes.ts';
import type { List, NodeObject, PodObject } from './node-objects.ts';

export interface PodProgress {
  readonly namespace: string;
  readonly name: string;
  /** `Waiting` for its turn, `Terminating`, or how it has ended. */
  readonly state: string;
  readonly isOver: boolean;
}
export interface NodeProgress {
  readonly node: string;
  /** Its kubelet has begun. */
  readonly isShuttingDown: boolean;
  readonly pods: readonly PodProgress[];
}

const SHUTTING_DOWN = 'node is shutting down';
const ROWS = 30;

export async function shutdownProgress(client: RestClient, names: readonly string[]): Promise<NodeProgress[]> {
  const limit = pLimit(AT_A_TIME);
  return Promise.all(names.map((name) => limit(() => progressOf(client, name))));
}

async function progressOf(client: RestClient, name: string): Promise<NodeProgress> {
  const { status } = await client.get<NodeObject>(nodePath(name));
  const { items } = await client.get<List<PodObject>>('/api/v1/pods', { fieldSelector: `spec.nodeName=${name}` });
  const isShuttingDown = status?.conditions?.some(({ message }) => message === SHUTTING_DOWN) ?? false;
  return { node: name, isShuttingDown, pods: items.map(podProgress) };
}

function podProgress({ metadata: { namespace, name }, status = {} }: PodObject): PodProgress {
  const { phase = 'Pending', reason, conditions = [] } = status;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const isMarked = conditions.some(
    ({ type, status: value, reason: why }) =>
      type === 'DisruptionTarget' && value === 'True' && why === 'TerminationByKubelet',
  );
  return { namespace, name, isOver, state: isOver ? (reason ?? phase) : isMarked ? 'Terminating' : 'Waiting' };
}

export const isDone = ({ isShuttingDown, pods }: NodeProgress): boolean =>
  isShuttingDown && pods.every(({ isOver }) => isOver);

export function summary(nodes: readonly NodeProgress[]): string {
  const pods = nodes.flatMap((node) => node.pods);
  const over = pods.filter(({ isOver }) => isOver).length;
  return `${nodes.filter(isDone).length} of ${nodes.length} nodes, ${over} of ${pods.length} pods have ended`;
}

/** A line for each pod, those that run first. */
export function describeProgress(nodes: readonly NodeProgress[]): string {
  const rows = nodes.flatMap(({ node, pods }) =>
    pods.map(({ namespace, name, state, isOver }) => ({ isOver, cells: [node, `${namespace}/${name}`, state] })),
  );
  rows.sort((a, b) => Number(a.isOver) - Number(b.isOver));
  const shown = rows.slice(0, ROWS).map(({ cells }) => cells);
  const more = rows.length > ROWS ? [`… and ${rows.length - ROWS} more pods`] : [];
  const table = shown.length === 0 ? [] : ['', renderColumns([['NODE', 'POD', 'STATE'], ...shown]), ...more];
  return [summary(nodes), ...table].join('\n');
}
