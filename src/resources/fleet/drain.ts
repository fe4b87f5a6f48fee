/** fleet.flotilla.dev/v1alpha1 Drain: our own kind, nodes that are to be emptied, and how far that is. */
import type { LabelSelector } from '../../values/label-selector.ts';
import type { KubeObject } from '../../values/object.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { validateDrain, validateDrainUpdate } from './validate-drain.ts';

export interface DrainSpec {
  nodeSelector?: LabelSelector;
  nodeNames?: string[];
  pool?: string;
  zone?: string;
  order?: string;
  parallelism?: number;
  deadlineSeconds?: number;
  podSelector?: LabelSelector;
  ignoreDaemonSets?: boolean;
  deleteEmptyDirData?: boolean;
  force?: boolean;
  gracePeriodSeconds?: number;
  paused?: boolean;
  cancelled?: boolean;
  uncordonOnCancel?: boolean;
}
export type DrainPhase = 'Pending' | 'Draining' | 'Paused' | 'Blocked' | 'Completed' | 'Failed' | 'Cancelled';
export interface DrainNode {
  name: string;
  state: 'Pending' | 'Draining' | 'Blocked' | 'Drained';
  podsRemaining: number;
  podsEnding?: number;
  message?: string;
}
export interface DrainPod {
  namespace: string;
  name: string;
  node: string;
  state: 'Ending' | 'Remaining';
}
export interface DrainBlockedPod {
  namespace: string;
  name: string;
  node: string;
  budget?: string;
  message: string;
}
export interface DrainStatus {
  phase?: DrainPhase;
  observedGeneration?: number;
  startTime?: string;
  completionTime?: string;
  nodesTotal?: number;
  nodesDraining?: number;
  nodesDrained?: number;
  podsEvicted?: number;
  podsRemaining?: number;
  podsEnding?: number;
  podsBlocked?: number;
  nodesMissing?: string[];
  nodes?: DrainNode[];
  pods?: DrainPod[];
  blockedPods?: DrainBlockedPod[];
  conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
}
export interface Drain extends KubeObject {
  spec?: DrainSpec;
  status?: DrainStatus;
}

const column = (
  name: string,
  type: 'string' | 'integer',
  description: string,
  cell: Column<Drain>['cell'],
): Column<Drain> => ({ name, type, description, cell });

export const drain = defineResource<Drain>({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'Drain',
  plural: 'drains',
  namespaced: false,
  schema: 'dev.flotilla.fleet.v1alpha1.Drain',
  subresources: { status: true },
  columns: [
    NAME_COLUMN,
    column('Phase', 'string', 'How far it is.', ({ status }) => status?.phase ?? 'Pending'),
    column('Drained', 'string', 'Nodes that are empty, of all.', ({ status }) => {
      const { nodesDrained = 0, nodesTotal = 0 } = status ?? {};
      return `${nodesDrained}/${nodesTotal}`;
    }),
    column('Evicted', 'integer', 'Pods that were evicted.', ({ status }) => status?.podsEvicted ?? 0),
    column('Remaining', 'integer', 'Pods that still have to go.', ({ status }) => status?.podsRemaining ?? 0),
    column('Blocked', 'integer', 'Pods whose eviction was refused.', ({ status }) => status?.podsBlocked ?? 0),
    AGE_COLUMN,
  ],
  applyDefaults: (object) => {
    object.spec ??= {};
    object.spec.order ??= 'Name';
    object.spec.parallelism ??= 1;
  },
  prepareForCreate: (object) => {
    delete object.status;
  },
  validate: validateDrain,
  validateUpdate: validateDrainUpdate,
});
