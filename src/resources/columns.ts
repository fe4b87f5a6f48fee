/**
 * Columns and cells that many kinds share, in the words of kubectl's tables. Every kind's columns begin with `NAME`.
 * Source: k8s.io/kubernetes/pkg/printers/internalversion/printers.go, 1.34.
 */
import { humanDuration } from '../values/human-duration.ts';
import type { KubeObject } from '../values/object.ts';
import { parseTime } from '../values/rfc3339.ts';
import type { Column, ResourceContext } from './define-resource.ts';

export const NONE = '<none>';
export const UNKNOWN = '<unknown>';

export const orNone = (text: string | undefined): string => (text === undefined || text === '' ? NONE : text);

/** How long ago a time was, as `5d3h`; `<unknown>` without one. */
export function ageCell(time: string | undefined, { now }: ResourceContext): string {
  const since = parseTime(time);
  return since === undefined ? UNKNOWN : humanDuration(now - since);
}

export const NAME_COLUMN: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace. Is required when creating resources.',
  cell: ({ metadata }: KubeObject) => metadata.name ?? '',
};

export const AGE_COLUMN: Column = {
  name: 'Age',
  type: 'string',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  cell: ({ metadata }: KubeObject, context) => ageCell(metadata.creationTimestamp, context),
};
