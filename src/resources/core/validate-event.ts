/** Source: pkg/apis/core/validation/events.go, 1.34. An event with an eventTime is of the newer form, which asks more. */
import type { StatusCause } from '../../errors.ts';
import { isQualifiedName } from '../../values/name-rules.ts';
import { invalidField, requiredField, violations } from '../field-errors.ts';
import type { Event } from './event.ts';

const SHORT_TEXT = 128;
const NOTE = 1024;

const limited = (field: string, text: string, max: number): StatusCause[] =>
  Buffer.byteLength(text) > max ? [invalidField(field, '', `can have at most ${max} characters`)] : [];

const required = (field: string, text: string): StatusCause[] => (text === '' ? [requiredField(field)] : []);

/** An event about a cluster-scoped object lives in `default`; one of the older form about any other, beside it. */
function validateNamespace({ metadata, involvedObject = {}, eventTime }: Event): StatusCause[] {
  const { namespace = '' } = metadata;
  const { namespace: involved = '' } = involvedObject;
  const isOld = eventTime === undefined;
  const homes = isOld ? ['default'] : ['default', 'kube-system'];
  const fits = involved === '' ? homes.includes(namespace) : !isOld || involved === namespace;
  return fits ? [] : [invalidField('involvedObject.namespace', involved, 'does not match event.namespace')];
}

export function validateEvent(event: Event): StatusCause[] {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  const causes = validateNamespace(event);
  if (event.eventTime === undefined) {
    return causes;
  }
  return [
    ...causes,
    ...required('reportingComponent', reportingComponent),
    ...violations(isQualifiedName, 'reportingComponent', reportingComponent),
    ...required('reportingInstance', reportingInstance),
    ...limited('reportingInstance', reportingInstance, SHORT_TEXT),
    ...required('action', action),
    ...limited('action', action, SHORT_TEXT),
    ...required('reason', reason),
    ...limited('reason', reason, SHORT_TEXT),
    ...limited('message', message, NOTE),
  ];
}
