/** metrics.k8s.io/v1beta1: what nodes and pods use. Computed when asked for, never stored. Source: k8s.io/metrics. */
import type { KubeObject } from '../../values/object.ts';
import { column, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource, type ResourceDefinition } from '../define-resource.ts';

export interface UsageAmounts {
  cpu: string;
  memory: string;
}
export interface NodeMetrics extends KubeObject {
  timestamp: string;
  window: string;
  usage: UsageAmounts;
}
export interface PodMetrics extends KubeObject {
  timestamp: string;
  window: string;
  containers: { name: string; usage: UsageAmounts }[];
}

const WINDOW: Column = column('Window', 'The interval that the figures are of.', (object) =>
  String((object as Partial<NodeMetrics>).window ?? ''),
);
const VERBS = ['get', 'list'];
const common = { group: 'metrics.k8s.io', version: 'v1beta1', verbs: VERBS, hasGeneration: false } as const;

export const nodeMetrics = defineResource<NodeMetrics>({
  ...common,
  kind: 'NodeMetrics',
  plural: 'nodes',
  singular: '',
  namespaced: false,
  schema: 'io.k8s.metrics.v1beta1.NodeMetrics',
  columns: [
    NAME_COLUMN,
    column('Cpu', 'The CPU that is used.', ({ usage }) => usage.cpu),
    column('Memory', 'The working set.', ({ usage }) => usage.memory),
    WINDOW,
  ],
}) as unknown as ResourceDefinition;

export const podMetrics = defineResource<PodMetrics>({
  ...common,
  kind: 'PodMetrics',
  plural: 'pods',
  singular: '',
  namespaced: true,
  schema: 'io.k8s.metrics.v1beta1.PodMetrics',
  columns: [
    NAME_COLUMN,
    column('Cpu', 'The CPU that its containers use.', ({ containers }) =>
      containers.map(({ usage }) => usage.cpu).join(','),
    ),
    column('Memory', 'Their working sets.', ({ containers }) => containers.map(({ usage }) => usage.memory).join(',')),
    WINDOW,
  ],
}) as unknown as ResourceDefinition;

export const METRICS: readonly ResourceDefinition[] = [nodeMetrics, podMetrics];
