/** What a list or watch selects: checked against the kind, then as a query for the store or as a test of one object. */
import { badRequest } from '../errors.ts';
import type { ListQuery } from '../storage/object-store.ts';
import type { StoredObject } from '../storage/stored-object.ts';
import { matchesFields } from '../values/field-selector.ts';
import { matchesLabels } from '../values/label-selector.ts';
import type { FieldRequirement } from '../values/selector.ts';
import type { Kind } from './context.ts';
import type { Selection } from './registry.ts';

const META_FIELDS: readonly string[] = ['metadata.name', 'metadata.namespace'];

/**
 * The fields by the names they are stored under. Paths that begin with '.' are private index fields, used by
 * controllers. A kind without namespaces that names its own fields does not name that one.
 */
function readFields({ definition }: Kind, fields: readonly FieldRequirement[]): FieldRequirement[] {
  const { selectableFields, fieldAliases = {}, namespaced, unknownField } = definition;
  const meta = namespaced || selectableFields.length === 0 ? META_FIELDS : ['metadata.name'];
  return fields.map((requirement) => {
    const path = Object.hasOwn(fieldAliases, requirement.path)
      ? (fieldAliases[requirement.path] ?? requirement.path)
      : requirement.path;
    if (!path.startsWith('.') && !meta.includes(path) && !selectableFields.includes(path)) {
      throw badRequest(unknownField(path));
    }
    return path === requirement.path ? requirement : { ...requirement, path };
  });
}

/** `metadata.name=x` is a key look-up where the store can make it one; what it cannot stays a field requirement. */
export function toListQuery(kind: Kind, selection: Selection): ListQuery {
  const fields: FieldRequirement[] = [];
  let { name } = selection;
  for (const requirement of readFields(kind, selection.fields ?? [])) {
    if (requirement.path === 'metadata.name' && requirement.operator === '=' && name === undefined) {
      name = requirement.value;
    } else {
      fields.push(requirement);
    }
  }
  const { namespace, labels, controllerUid, ownerUid } = selection;
  return {
    resource: kind.id,
    ...(namespace === undefined || !kind.definition.namespaced ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined || labels.length === 0 ? {} : { labels }),
    ...(fields.length === 0 ? {} : { fields }),
    ...(controllerUid === undefined ? {} : { controllerUid }),
    ...(ownerUid === undefined ? {} : { ownerUid }),
  };
}

export type SelectionTest = (
  object: Pick<StoredObject, 'namespace' | 'name'>,
  state: Pick<StoredObject, 'labels' | 'fields'>,
) => boolean;

/** The same selection as a test; `state` may be an earlier one of the object. */
export function toTest(kind: Kind, selection: Selection): SelectionTest {
  const { namespace, name, labels = [], fields = [] } = toListQuery(kind, selection);
  const readsMeta = fields.some(({ path }) => META_FIELDS.includes(path));
  return (object, state) => {
    if ((namespace !== undefined && object.namespace !== namespace) || (name !== undefined && object.name !== name)) {
      return false;
    }
    const values = readsMeta
      ? { ...state.fields, 'metadata.name': object.name, 'metadata.namespace': object.namespace }
      : state.fields;
    return matchesLabels(labels, state.labels) && matchesFields(fields, values);
  };
}
