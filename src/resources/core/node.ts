/** core/v1 Node. Source: pkg/registry/core/node/strategy.go and pkg/apis/core/v1 defaults, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { defineResource, PROXY_VERBS } from '../define-resource.ts';
import { dropZeroFields } from '../pod/drop-zeroes.ts';
import { nodeColumns } from './node-columns.ts';
import { validateNode, validateNodeUpdate } from './validate-node.ts';
import type { Taint } from './validate-taints.ts';

export interface NodeAddress {
  type?: string;
  address?: string;
}

export interface Node extends KubeObject {
  spec?: {
    podCIDR?: string;
    podCIDRs?: string[];
    providerID?: string;
    externalID?: string;
    configSource?: object;
    taints?: Taint[];
    unschedulable?: boolean;
  };
  status?: {
    addresses?: NodeAddress[];
    allocatable?: Record<string, string>;
    capacity?: Record<string, string>;
    conditions?: { type?: string; status?: string }[];
    nodeInfo?: {
      containerRuntimeVersion?: string;
      kernelVersion?: string;
      kubeletVersion?: string;
      osImage?: string;
    };
  };
}

/** The first of `podCIDRs` is `podCIDR`; where they differ, the single one was meant. */
function syncPodCidrs(spec: NonNullable<Node['spec']>): void {
  const { podCIDR = '', podCIDRs = [] } = spec;
  const [first = ''] = podCIDRs;
  if (podCIDR !== '' && podCIDR !== first) {
    spec.podCIDRs = [podCIDR];
  } else if (podCIDR === '' && first !== '') {
    spec.podCIDR = first;
  }
}

const OF_SPEC: ReadonlySet<string> = new Set(['podCIDR', 'podCIDRs', 'providerID', 'taints', 'unschedulable']);

function applyDefaults(node: Node): void {
  node.spec ??= {};
  syncPodCidrs(node.spec);
  dropZeroFields(node.spec, OF_SPEC);
  const { status } = node;
  if (status?.capacity !== undefined) {
    status.allocatable ??= { ...status.capacity };
  }
}

export const node = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Node',
  hasGeneration: false,
  statusReporter: 'kubelet',
  shortOwnership: true,
  subresources: { status: true, other: { proxy: { kind: 'NodeProxyOptions', verbs: PROXY_VERBS } } },
  selectableFields: ['spec.unschedulable'],
  fields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable === true) }),
  columns: nodeColumns,
  applyDefaults,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatusUpdate: (object, old) => [...validateNode(object), ...validateNodeUpdate(object, old)],
  warnings: ({ spec = {} }) => [
    ...(spec.configSource === undefined ? [] : ['spec.configSource: the feature is removed']),
    ...((spec.externalID ?? '') === ''
      ? []
      : ['spec.externalID: this field is deprecated, and is unused by Kubernetes']),
  ],
});
