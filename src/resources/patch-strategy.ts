/** The strategic merge rules of a kind, read from the patch markers of its schema. */
import type { FieldStrategy, PatchStrategy } from '../values/patch-strategy.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { type OpenApiSchema, referenceOf, schemaOf } from './schema.ts';

/** Kinds of Kubernetes' own have Go types with patch markers. Ours is as a custom resource: no strategic merge. */
const MARKED = 'io.k8s.api.';

const strategies = new Map<string, PatchStrategy>();

/** undefined: the kind has no strategic merge patch (415). */
export const strategyOf = ({ schema }: Pick<ResourceDefinition, 'schema'>): PatchStrategy | undefined =>
  schema.startsWith(MARKED) ? componentStrategy(schema) : undefined;

function componentStrategy(component: string): PatchStrategy {
  const known = strategies.get(component);
  if (known !== undefined) {
    return known;
  }
  const { properties = {} } = schemaOf(component);
  const fields = new Map<string, FieldStrategy>();
  const strategy: PatchStrategy = { field: (name) => fields.get(name) };
  strategies.set(component, strategy);
  for (const [name, schema] of Object.entries(properties)) {
    const field = fieldStrategy(schema);
    if (field !== undefined) {
      fields.set(name, field);
    }
  }
  return strategy;
}

/** undefined where plain rules do: scalars, lists that are replaced whole, maps of scalars. */
function fieldStrategy(schema: OpenApiSchema): FieldStrategy | undefined {
  const marks = (schema['x-kubernetes-patch-strategy'] ?? '').split(',');
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  const retainKeys = marks.includes('retainKeys');
  if (schema.items !== undefined && !marks.includes('merge')) {
    return undefined;
  }
  const nested = nestedStrategy(schema);
  if (nested === undefined && schema.items === undefined && !retainKeys) {
    return undefined;
  }
  return {
    patchStrategy: 'merge',
    ...(mergeKey === undefined ? {} : { mergeKey }),
    ...(retainKeys ? { retainKeys } : {}),
    ...(nested === undefined ? {} : { nested }),
  };
}

/** Of the struct that a field holds, or of a list's items. */
function nestedStrategy(schema: OpenApiSchema): PatchStrategy | undefined {
  const component = referenceOf(schema.items ?? schema);
  return component === undefined || schemaOf(component).properties === undefined
    ? undefined
    : componentStrategy(component);
}
