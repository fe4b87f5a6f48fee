/**
 * The same objects in the form of another group or version: served, decoded and described as a kind of its own, stored
 * as the kind that it is a form of, whose rules it keeps. Two pure functions say how one becomes the other.
 */
import type { KubeObject } from '../values/object.ts';
import { defineResource, type ResourceDefinition } from './define-resource.ts';

export interface StoredForm {
  /** The kind that the objects are stored as. */
  readonly definition: ResourceDefinition;
  /** Neither changes what it is given; apiVersion and kind are the caller's business. */
  readonly toStored: (object: KubeObject) => KubeObject;
  readonly fromStored: (object: KubeObject) => KubeObject;
  /** Selectable fields that are called otherwise: name here → name there. */
  readonly fieldNames: Readonly<Record<string, string>>;
}

interface Given<Stored extends KubeObject> extends Pick<ResourceDefinition, 'group' | 'version' | 'schema'> {
  readonly of: ResourceDefinition<Stored>;
  readonly toStored: StoredForm['toStored'];
  readonly fromStored: StoredForm['fromStored'];
  readonly fieldNames?: StoredForm['fieldNames'];
  /** What this form asks beside the stored kind's rules. */
  readonly validateCreate?: ResourceDefinition['validateCreate'];
}

function overwrite(object: KubeObject, by: KubeObject): void {
  for (const key of Object.keys(object)) {
    Reflect.deleteProperty(object, key);
  }
  Object.assign(object, by);
}

export function defineSecondForm<Stored extends KubeObject>(given: Given<Stored>): ResourceDefinition {
  const { toStored, fromStored, fieldNames = {} } = given;
  const of = given.of as unknown as ResourceDefinition;
  const typeOf = { apiVersion: given.group === '' ? given.version : `${given.group}/${given.version}`, kind: of.kind };
  const hereOf = new Map(Object.entries(fieldNames).map(([here, there]) => [there, here]));
  const rename = (fields: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [hereOf.get(name) ?? name, value]));
  /** What the stored kind does to an object in place, done to this form of it. */
  const through = (object: KubeObject, change: (stored: KubeObject) => void): void => {
    const stored = toStored(object);
    change(stored);
    overwrite(object, { ...typeOf, ...fromStored(stored) });
  };
  const { applyDefaults, prepareForCreate, prepareForUpdate, prepareForStatusUpdate } = of;
  const { validate, validateUpdate, validateStatusUpdate, warnings } = of;
  return defineResource<KubeObject>({
    ...of,
    ...{ group: given.group, version: given.version, schema: given.schema },
    storedAs: { definition: of, toStored, fromStored, fieldNames },
    selectableFields: of.selectableFields.map((path) => hereOf.get(path) ?? path),
    fields: (object) => rename(of.fields(toStored(object))),
    columns: of.columns.map((column) => ({ ...column, cell: (object, now) => column.cell(toStored(object), now) })),
    ...(applyDefaults && { applyDefaults: (object) => through(object, applyDefaults) }),
    ...(prepareForCreate && {
      prepareForCreate: (object, now) => through(object, (stored) => prepareForCreate(stored, now)),
    }),
    ...(prepareForUpdate && {
      prepareForUpdate: (object, old, now) => through(object, (stored) => prepareForUpdate(stored, toStored(old), now)),
    }),
    ...(prepareForStatusUpdate && {
      prepareForStatusUpdate: (object, old, now) =>
        through(object, (stored) => prepareForStatusUpdate(stored, toStored(old), now)),
    }),
    ...(validate && { validate: (object, old) => validate(toStored(object), old && toStored(old)) }),
    validateCreate: (object) => [
      ...(of.validateCreate?.(toStored(object)) ?? []),
      ...(given.validateCreate?.(object) ?? []),
    ],
    ...(validateUpdate && { validateUpdate: (object, old) => validateUpdate(toStored(object), toStored(old)) }),
    ...(validateStatusUpdate && {
      validateStatusUpdate: (object, old) => validateStatusUpdate(toStored(object), toStored(old)),
    }),
    ...(warnings && { warnings: (object, old) => warnings(toStored(object), old && toStored(old)) }),
  });
}
