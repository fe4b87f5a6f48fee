/**
 * events.k8s.io/v1 Event: core/v1's events under other names. Source: pkg/apis/events/v1/conversion.go and
 * pkg/apis/core/validation/events.go, 1.34.
 */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { event as coreEvent } from '../core/event.ts';
import { invalidField, requiredField } from '../field-errors.ts';
import { defineSecondForm } from '../second-form.ts';

/** Name here → name in core/v1. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]);
const BACK: ReadonlyMap<string, string> = new Map([...NAMES].map(([here, there]) => [there, here]));

const renamed = (object: KubeObject, names: ReadonlyMap<string, string>): KubeObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])) as KubeObject;

/** What only the older form may still say; in core's words, as Kubernetes validates both forms alike. */
const DEPRECATED = ['deprecatedFirstTimestamp', 'deprecatedLastTimestamp', 'deprecatedCount', 'deprecatedSource'];

function checkNewForm(event: KubeObject): StatusCause[] {
  const object = event as KubeObject & Readonly<Record<string, unknown>>;
  const set = DEPRECATED.filter((field) => object[field] !== undefined && object[field] !== 0);
  return [
    ...(object['eventTime'] === undefined ? [requiredField('eventTime')] : []),
    ...set.map((field) => invalidField(NAMES.get(field) ?? field, '', 'needs to be unset')),
  ];
}

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'];

export const eventsEvent = defineSecondForm({
  group: 'events.k8s.io',
  version: 'v1',
  schema: 'io.k8s.api.events.v1.Event',
  of: coreEvent,
  toStored: (object) => renamed(object, NAMES),
  fromStored: (object) => renamed(object, BACK),
  fieldNames: {
    ...Object.fromEntries(INVOLVED.map((field) => [`regarding.${field}`, `involvedObject.${field}`])),
    reportingController: 'reportingComponent',
  },
  validateCreate: checkNewForm,
});
