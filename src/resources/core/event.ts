/** core/v1 Event. Source: pkg/registry/core/event/strategy.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { defineResource } from '../define-resource.ts';
import { authorOf, eventColumns } from './event-columns.ts';
import { validateEvent } from './validate-event.ts';

export interface Event extends KubeObject {
  involvedObject?: {
    apiVersion?: string;
    kind?: string;
    namespace?: string;
    name?: string;
    uid?: string;
    resourceVersion?: string;
    fieldPath?: string;
  };
  type?: string;
  reason?: string;
  message?: string;
  action?: string;
  source?: { component?: string; host?: string };
  count?: number;
  firstTimestamp?: string;
  lastTimestamp?: string;
  eventTime?: string;
  series?: { count?: number; lastObservedTime?: string };
  reportingComponent?: string;
  reportingInstance?: string;
}

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

export const event = defineResource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Event',
  nameRule: 'pathSegment',
  hasGeneration: false,
  shortOwnership: true,
  createOnUpdate: true,
  selectableFields: [
    ...INVOLVED.map((field) => `involvedObject.${field}`),
    ...['reason', 'reportingComponent', 'source', 'type'],
  ],
  fields: (object) => ({
    ...Object.fromEntries(INVOLVED.map((field) => [`involvedObject.${field}`, object.involvedObject?.[field] ?? ''])),
    reason: object.reason ?? '',
    reportingComponent: object.reportingComponent ?? '',
    source: authorOf(object),
    type: object.type ?? '',
  }),
  columns: eventColumns,
  validate: validateEvent,
});
