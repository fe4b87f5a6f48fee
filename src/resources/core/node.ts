/** core/v1 Node. */
import { defineResource } from '../define-resource.ts';

export const node = defineResource({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: 'io.k8s.api.core.v1.Node',
  subresources: { status: true },
  selectableFields: ['spec.unschedulable'],
  columns: [],
});
