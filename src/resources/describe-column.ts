/** What a column is described by: its own words, or those of the model about a field. */
import type { Column, FieldDoc, ResourceDefinition } from './define-resource.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from './schema.ts';

/** A field that the model does not have, or has no words of, is a fault of the table of kinds, so this throws. */
function fieldDoc(root: string, { field }: FieldDoc): string {
  let schema: OpenApiSchema | undefined = schemaOf(root);
  for (const name of field.split('.')) {
    const reference: string | undefined = schema === undefined ? undefined : referenceOf(schema);
    schema = (reference === undefined ? schema : schemaOf(reference))?.properties?.[name];
  }
  if (schema?.description === undefined) {
    throw new Error(`${root} does not describe ${field}`);
  }
  return schema.description;
}

/** Another form of a kind has the columns of the stored one, in whose words they are described too, as in Kubernetes. */
export const describeColumn = ({ schema, storedAs }: ResourceDefinition, { description }: Column): string =>
  typeof description === 'string' ? description : fieldDoc(storedAs?.definition.schema ?? schema, description);
