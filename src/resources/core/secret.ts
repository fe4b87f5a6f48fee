/** core/v1 Secret. */
import { defineResource } from '../define-resource.ts';

export const secret = defineResource({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Secret',
  selectableFields: ['type'],
  hasGeneration: false,
  columns: [],
});
