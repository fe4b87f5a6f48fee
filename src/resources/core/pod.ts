/** core/v1 Pod. Source: pkg/registry/core/pod/strategy.go. */
import { defineResource } from '../define-resource.ts';

export const pod = defineResource({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  selectableFields: [
    'metadata.name',
    'metadata.namespace',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  columns: [],
  subresources: {
    status: true,
    other: {
      binding: { kind: 'Binding', verbs: ['create'] },
      eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
      log: { kind: 'Pod', verbs: ['get'] },
    },
  },
});
