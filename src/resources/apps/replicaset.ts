/** apps/v1 ReplicaSet. Source: pkg/registry/apps/replicaset/strategy.go. */
import { defineResource } from '../define-resource.ts';

export const replicaSet = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.ReplicaSet',
  selectableFields: ['metadata.name', 'metadata.namespace', 'status.replicas'],
  columns: [],
  subresources: {
    status: true,
    scale: {
      specReplicasPath: 'spec.replicas',
      statusReplicasPath: 'status.replicas',
      selectorPath: 'spec.selector',
    },
  },
});
