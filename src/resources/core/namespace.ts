/** core/v1 Namespace. */
import { defineResource } from '../define-resource.ts';

export const namespace = defineResource({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  nameRule: 'dns1123Label',
  schema: 'io.k8s.api.core.v1.Namespace',
  subresources: { status: true },
  selectableFields: ['status.phase'],
  columns: [],
});
