/**
 * Columns and cells that many kinds share, in the words of kubectl's tables. Every kind's columns begin with `NAME`.
 * Source: k8s.io/kubernetes/pkg/printers/internalversion/printers.go, 1.34.
 */
import { humanDuration } from '../values/human-duration.ts';
import { formatLabelSelector } from '../values/label-selector.ts';
import type { KubeObject } from '../values/object.ts';
import { parseTime } from '../values/rfc3339.ts';
import type { Column, FieldDoc, ResourceContext } from './define-resource.ts';

export const NONE = '<none>';
export const UNKNOWN = '<unknown>';

export const orNone = (text: string | undefined): string => (text === undefined || text === '' ? NONE : text);

/** How long ago a time was, as `5d3h`; `<unknown>` without one. */
export function ageCell(time: string | undefined, { now }: ResourceContext): string {
  const since = parseTime(time);
  return since === undefined ? UNKNOWN : humanDuration(now - since);
}

type Cell<T extends KubeObject> = Column<T>['cell'];
type Description = Column['description'];
type Form = Partial<Pick<Column, 'type' | 'format'>>;

/** What the model says of a field of the kind: as `SwaggerDoc()` in printers.go. */
export const docOf = (field: string): FieldDoc => ({ field });

/** A column of text unless `form` says otherwise. */
export const column = <T extends KubeObject>(
  name: string,
  description: Description,
  cell: Cell<T>,
  form: Form = {},
): Column<T> => ({ name, type: 'string', description, cell, ...form });

/** Of `-o wide` only. */
export const wideColumn = <T extends KubeObject>(name: string, description: Description, cell: Cell<T>): Column<T> => ({
  ...column(name, description, cell),
  priority: 1,
});

/** `a=b,c=d` in the order of the keys. */
export const labelsCell = (labels: Readonly<Record<string, string>> = {}): string =>
  orNone(formatLabelSelector({ matchLabels: labels }));

const SHOWN = 3;

/** `a,b,c + 2 more...` */
export function shortened(items: readonly string[], none: string): string {
  const more = items.length > SHOWN ? ` + ${items.length - SHOWN} more...` : '';
  return items.length === 0 ? none : `${items.slice(0, SHOWN).join(',')}${more}`;
}

/** What the models say of the two fields, as kube-apiserver quotes them. */
const NAME_DOC =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a ' +
  'client to request the generation of an appropriate name automatically. Name is primarily intended for creation ' +
  'idempotence and configuration definition. Cannot be updated. More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';
export const CREATION_DOC =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to ' +
  'be set in happens-before order across separate operations. Clients may not set this value. It is represented in ' +
  'RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: ' +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export const NAME_COLUMN: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME_DOC,
  cell: ({ metadata }: KubeObject) => metadata.name ?? '',
};

export const AGE_COLUMN: Column = {
  name: 'Age',
  type: 'string',
  description: CREATION_DOC,
  cell: ({ metadata }: KubeObject, context) => ageCell(metadata.creationTimestamp, context),
};
