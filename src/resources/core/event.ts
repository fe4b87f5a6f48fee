/** core/v1 Event. */
import { defineResource } from '../define-resource.ts';

export const event = defineResource({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Event',
  hasGeneration: false,
  createOnUpdate: true,
  selectableFields: ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid'],
  columns: [],
});
