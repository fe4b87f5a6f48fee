/** Events as `kubectl get events` shows them. */
import { ageCell, NAME_COLUMN } from '../columns.ts';
import type { Column, ResourceContext } from '../define-resource.ts';
import type { Event } from './event.ts';

/** Old and new events name their author in different fields. */
export const authorOf = ({ source = {}, reportingComponent = '' }: Event): string =>
  source.component === undefined || source.component === '' ? reportingComponent : source.component;

const firstSeen = ({ firstTimestamp, eventTime }: Event, context: ResourceContext): string =>
  ageCell(firstTimestamp ?? eventTime, context);

function lastSeen(event: Event, context: ResourceContext): string {
  const { series, lastTimestamp } = event;
  if (series !== undefined) {
    return ageCell(series.lastObservedTime, context);
  }
  return lastTimestamp === undefined ? firstSeen(event, context) : ageCell(lastTimestamp, context);
}

function subject({ involvedObject: { kind = '', name = '' } = {} }: Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source(event: Event): string {
  const host = event.source?.host ?? event.reportingInstance ?? '';
  return host === '' ? authorOf(event) : `${authorOf(event)}, ${host}`;
}

const text = (name: string, description: string, cell: Column<Event>['cell'], priority = 0): Column<Event> => ({
  name,
  type: 'string',
  description,
  ...(priority === 0 ? {} : { priority }),
  cell,
});

export const eventColumns: readonly Column<Event>[] = [
  text('Last Seen', 'The time at which the most recent occurrence of this event was recorded.', lastSeen),
  text('Type', 'Type of this event (Normal, Warning), new types could be added in the future', ({ type = '' }) => type),
  text('Reason', "The reason for the transition into the object's current status.", ({ reason = '' }) => reason),
  text('Object', 'The object that this event is about.', subject),
  text('Subobject', 'The part of the object.', ({ involvedObject }) => involvedObject?.fieldPath ?? '', 1),
  text('Source', 'The component reporting this event.', source, 1),
  text('Message', 'A description of the status of this operation.', ({ message = '' }) => message.trim()),
  text('First Seen', 'The time at which the event was first recorded.', firstSeen, 1),
  text(
    'Count',
    'The number of times this event has occurred.',
    ({ series, count }) => series?.count ?? (count === undefined || count === 0 ? 1 : count),
    1,
  ),
  { ...NAME_COLUMN, priority: 1 },
];
