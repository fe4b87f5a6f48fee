/** apps/v1 Deployment. Source: pkg/registry/apps/deployment/strategy.go. */
import { defineResource } from '../define-resource.ts';

export const deployment = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
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
