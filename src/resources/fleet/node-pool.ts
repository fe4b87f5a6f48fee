/** fleet.flotilla.dev/v1alpha1 NodePool: our own kind, a number of virtual nodes of one shape. */
import { defineResource } from '../define-resource.ts';

export const nodePool = defineResource({
  group: 'fleet.flotilla.dev',
  version: 'v1alpha1',
  kind: 'NodePool',
  plural: 'nodepools',
  shortNames: ['np'],
  namespaced: false,
  schema: 'dev.flotilla.fleet.v1alpha1.NodePool',
  subresources: {
    status: true,
    scale: {
      specReplicasPath: 'spec.replicas',
      statusReplicasPath: 'status.replicas',
      selectorPath: 'status.selector',
    },
  },
  columns: [],
});
