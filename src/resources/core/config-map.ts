/** core/v1 ConfigMap. */
import { defineResource } from '../define-resource.ts';

export const configMap = defineResource({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ConfigMap',
  hasGeneration: false,
  columns: [],
});
