import { expect, it } from 'vitest';
import { AGE_COLUMN, NAME_COLUMN } from './columns.ts';
import { schemaOf } from './schema.ts';

it.each([
  ['name', NAME_COLUMN],
  ['creationTimestamp', AGE_COLUMN],
])('the column of %s is described as the model describes the field', (field, { description }) => {
  const { properties = {} } = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  const said = (properties[field] as { description?: string } | undefined)?.description ?? '';
  expect(String(description).split(/\s+/)).toEqual(said.split(/\s+/));
});
