/** fleet.flotilla.dev/v1alpha1 NodePool: our own kind, a number of virtual nodes of one shape. */
import type { KubeObject } from '../../values/object.ts';
import type { IntOrPercent } from '../apps/int-or-percent.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import type { Taint } from '../core/validate-taints.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { validateNodePool } from './validate-node-pool.ts';

export interface NodePool extends KubeObject {
  spec?: {
    replicas?: number;
    runtime?: string;
    template?: {
      capacity?: Record<string, string>;
      instanceType?: string;
      instanceTypes?: { name?: string; capacity?: Record<string, string> }[];
      metadata?: { annotations?: Record<string, string>; labels?: Record<string, string> };
      spec?: { taints?: Taint[]; unschedulable?: boolean };
      zones?: string[];
    };
    updateStrategy?: {
      type?: string;
      rollingUpdate?: { maxUnavailable?: IntOrPercent; maxSurge?: IntOrPercent; drainDeadlineSeconds?: number };
    };
    autoscaling?: { minReplicas?: number; maxReplicas?: number; scaleDownDelaySeconds?: number };
    repair?: { notReadySeconds?: number; maxUnhealthy?: IntOrPercent };
    kubeletConfigRef?: { name?: string };
    kubelet?: { kubeReserved?: Record<string, string>; systemReserved?: Record<string, string> };
  };
  status?: { replicas?: number; readyReplicas?: number; updatedReplicas?: number };
}

const integer = (name: string, description: string, cell: Column<NodePool>['cell']): Column<NodePool> => ({
  name,
  type: 'integer',
  description,
  cell,
});

export const nodePool = defineResource<NodePool>({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'NodePool',
  plural: 'nodepools',
  shortNames: ['np'],
  namespaced: false,
  nameRule: 'dns1123Label',
  schema: 'dev.flotilla.fleet.v1alpha1.NodePool',
  subresources: {
    status: true,
    scale: {
      specReplicasPath: 'spec.replicas',
      statusReplicasPath: 'status.replicas',
      selectorPath: 'status.selector',
    },
  },
  columns: [
    NAME_COLUMN,
    integer('Desired', 'The number of nodes asked for.', ({ spec }) => spec?.replicas ?? 0),
    integer('Nodes', 'The number of nodes that exist.', ({ status }) => status?.replicas ?? 0),
    integer('Ready', 'The number of nodes that are Ready.', ({ status }) => status?.readyReplicas ?? 0),
    {
      ...integer(
        'Updated',
        'The number of nodes of the current template.',
        ({ status }) => status?.updatedReplicas ?? 0,
      ),
      priority: 1,
    },
    {
      name: 'Runtime',
      type: 'string',
      description: 'The runtime that the nodes run pods with.',
      cell: ({ spec }) => spec?.runtime ?? '',
    },
    AGE_COLUMN,
  ],
  applyDefaults: (pool) => {
    pool.spec ??= {};
    pool.spec.replicas ??= 1;
    pool.spec.runtime ??= 'simulated';
    const { updateStrategy, autoscaling, repair } = pool.spec;
    if (repair !== undefined) {
      repair.maxUnhealthy ??= '40%';
    }
    if (updateStrategy !== undefined) {
      updateStrategy.type ??= 'OnDelete';
    }
    if (updateStrategy?.type === 'RollingUpdate') {
      updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...updateStrategy.rollingUpdate };
    }
    if (autoscaling !== undefined) {
      autoscaling.minReplicas ??= 0;
      autoscaling.scaleDownDelaySeconds ??= 600;
    }
  },
  prepareForCreate: (pool) => {
    delete pool.status;
  },
  validate: validateNodePool,
});
