/** Events as `kubectl get events` shows them. */
import { ageCell, docOf, NAME_COLUMN } from '../columns.ts';
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

const text = (
  name: string,
  description: Column['description'],
  cell: Column<Event>['cell'],
  priority = 0,
): Column<Event> => ({
  name,
  type: 'string',
  description,
  ...(priority === 0 ? {} : { priority }),
  cell,
});

export const eventColumns: readonly Column<Event>[] = [
  text('Last Seen', docOf('lastTimestamp'), lastSeen),
  text('Type', docOf('type'), ({ type = '' }) => type),
  text('Reason', docOf('reason'), ({ reason = '' }) => reason),
  text('Object', 'The object that this event is about.', subject),
  text('Subobject', docOf('involvedObject.fieldPath'), ({ involvedObject }) => involvedObject?.fieldPath ?? '', 1),
  text('Source', 'The component reporting this event. Should be a short machine understandable string.', source, 1),
  text('Message', docOf('message'), ({ message = '' }) => message.trim()),
  text('First Seen', docOf('firstTimestamp'), firstSeen, 1),
  text(
    'Count',
    docOf('count'),
    ({ series, count }) => series?.count ?? (count === undefined || count === 0 ? 1 : count),
    1,
  ),
  { ...NAME_COLUMN, priority: 1 },
];
