/** Rows and writes between a second form and the kind that is stored. Pure. */
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { resourceId } from '../../resources/index.ts';
import type { StoredForm } from '../../resources/second-form.ts';
import type { Change, ListQuery, ObjectRef, Write } from '../../storage/object-store.ts';
import {
  decodeObject,
  encodeBody,
  type ObjectText,
  type ResourceId,
  type StoredObject,
} from '../../storage/stored-object.ts';
import type { KubeObject } from '../../values/object.ts';

type Fields = Readonly<Record<string, string>>;

export interface Form {
  readonly id: ResourceId;
  readonly storedId: ResourceId;
  readonly form: StoredForm;
  readonly toStored: (object: KubeObject) => KubeObject;
  readonly fromStored: (object: KubeObject) => KubeObject;
  readonly hereOf: ReadonlyMap<string, string>;
}

const typed = ({ group, version, kind }: ResourceDefinition, object: KubeObject): KubeObject => ({
  ...object,
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind,
});

export function formOf(definition: ResourceDefinition, form: StoredForm): Form {
  return {
    id: resourceId(definition),
    storedId: resourceId(form.definition),
    form,
    toStored: (object) => typed(form.definition, form.toStored(object)),
    fromStored: (object) => typed(definition, form.fromStored(object)),
    hereOf: new Map(Object.entries(form.fieldNames).map(([here, there]) => [there, here])),
  };
}

export const formsOf = (resources: readonly ResourceDefinition[]): ReadonlyMap<ResourceId, Form> =>
  new Map(
    resources.flatMap((definition): [ResourceId, Form][] => {
      const { storedAs } = definition;
      return storedAs === undefined ? [] : [[resourceId(definition), formOf(definition, storedAs)]];
    }),
  );

const renamed = (fields: Fields, nameOf: (name: string) => string): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [nameOf(name), value]));
const fieldsHere = ({ hereOf }: Form, fields: Fields): Fields => renamed(fields, (name) => hereOf.get(name) ?? name);
const fieldsThere = ({ form }: Form, fields: Fields): Fields =>
  renamed(fields, (name) => form.fieldNames[name] ?? name);

/** The version is a column, not of the body. */
const bodyOf = (body: string, change: (object: KubeObject) => KubeObject): string =>
  encodeBody(change(decodeObject({ body, revision: 0 })));

export const textHere = (form: Form, { body, revision }: ObjectText): ObjectText => ({
  body: bodyOf(body, form.fromStored),
  revision,
});

export const objectHere = (form: Form, stored: StoredObject): StoredObject => ({
  ...stored,
  resource: form.id,
  fields: fieldsHere(form, stored.fields),
  body: bodyOf(stored.body, form.fromStored),
});

export const refHere = (form: Form, ref: ObjectRef): ObjectRef => ({
  ...ref,
  resource: form.id,
  fields: fieldsHere(form, ref.fields),
});

export const changeHere = (form: Form, { object, previous, ...change }: Change): Change => ({
  ...change,
  object: objectHere(form, object),
  ...(previous === undefined ? {} : { previous: { ...previous, fields: fieldsHere(form, previous.fields) } }),
});

export const queryThere = (form: Form, { fields, ...query }: ListQuery): ListQuery => ({
  ...query,
  resource: form.storedId,
  ...(fields === undefined
    ? {}
    : { fields: fields.map((one) => ({ ...one, path: form.form.fieldNames[one.path] ?? one.path })) }),
});

/** A deletion's columns are those of the state before; other writes have what the stored kind makes of the object. */
export function writeThere(form: Form, write: Write): Write {
  const object = form.toStored(decodeObject({ body: write.body, revision: 0 }));
  const { definition } = form.form;
  if (write.op !== 'delete') {
    definition.applyDefaults?.(object);
  }
  const fields = write.op === 'delete' ? fieldsThere(form, write.fields) : definition.fields(object);
  const there = { ...write, resource: form.storedId, fields, body: encodeBody(object) };
  return 'expected' in there
    ? { ...there, expected: { ...there.expected, fields: fieldsThere(form, there.expected.fields) } }
    : there;
}
