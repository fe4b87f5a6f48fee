/** fleet.flotilla.dev/v1alpha1 KubeletConfig: our own kind, a KubeletConfiguration that nodes take on as they run. */
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import type { KubeObject } from '../../values/object.ts';
import type { IntOrPercent } from '../apps/int-or-percent.ts';
import { AGE_COLUMN, NAME_COLUMN } from '../columns.ts';
import { type Column, defineResource } from '../define-resource.ts';
import { validateKubeletConfig } from './validate-kubelet-config.ts';

export interface KubeletConfigStatus {
  observedGeneration?: number;
  nodes?: number;
  updatedNodes?: number;
  failedNodes?: number;
  conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
}
export interface KubeletConfig extends KubeObject {
  spec?: { configuration?: KubeletConfiguration; rollout?: { maxUnavailable?: IntOrPercent } };
  status?: KubeletConfigStatus;
}

const column = (
  name: string,
  type: 'string' | 'integer',
  description: string,
  cell: Column<KubeletConfig>['cell'],
): Column<KubeletConfig> => ({ name, type, description, cell });

export const kubeletConfig = defineResource<KubeletConfig>({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'KubeletConfig',
  plural: 'kubeletconfigs',
  namespaced: false,
  schema: 'dev.flotilla.fleet.v1alpha1.KubeletConfig',
  subresources: { status: true },
  columns: [
    NAME_COLUMN,
    column('Nodes', 'integer', 'Nodes that are to have it.', ({ status }) => status?.nodes ?? 0),
    column('Updated', 'integer', 'Nodes that have it as it is now.', ({ status }) => status?.updatedNodes ?? 0),
    column('Failed', 'integer', 'Nodes that cannot use it.', ({ status }) => status?.failedNodes ?? 0),
    column('ConfigOk', 'string', 'Whether all nodes have it as it is now.', ({ status }) => {
      const condition = status?.conditions?.find(({ type }) => type === 'ConfigOk');
      return condition?.status ?? 'Unknown';
    }),
    AGE_COLUMN,
  ],
  applyDefaults: (object) => {
    object.spec ??= {};
    object.spec.rollout = { maxUnavailable: '100%', ...object.spec.rollout };
  },
  prepareForCreate: (object) => {
    delete object.status;
  },
  validate: validateKubeletConfig,
});
