/** Field requirements as SQL conditions: at most two for each path, however many requirements there are. */
import { type SQL, sql } from 'drizzle-orm';
import type { FieldRequirement } from '../values/selector.ts';
import { cleanText } from './clean-text.ts';

/** Fields that an index serves; Postgres only uses it for just this expression. */
export const INDEXED_FIELDS: Readonly<Record<string, SQL>> = {
  'spec.nodeName': sql`o.fields ->> 'spec.nodeName'`,
  'metadata.name': sql`o.name`,
  'metadata.namespace': sql`o.namespace`,
};

const fieldOf = (path: string): SQL => INDEXED_FIELDS[path] ?? sql`o.fields ->> ${cleanText(path)}::text`;

/** An absent field is the empty string, as in Kubernetes' fields.Set. */
function equals(path: string, value: string): SQL {
  const actual = fieldOf(path);
  // The second half lets the partial index of node names serve it.
  return Object.hasOwn(INDEXED_FIELDS, path) && value !== ''
    ? sql`${actual} = ${value} AND ${actual} <> ''`
    : sql`coalesce(${actual}, '') = ${value}`;
}

function equalsNone(path: string, values: readonly string[]): SQL {
  const actual = sql`coalesce(${fieldOf(path)}, '')`;
  return values.length === 1
    ? sql`${actual} <> ${values[0]}`
    : sql`${actual} <> ALL (${sql.param([...values])}::text[])`;
}

export function fieldConditions(requirements: readonly FieldRequirement[]): SQL[] {
  const valuesOf = (path: string, operator: FieldRequirement['operator']): string[] => {
    const alike = requirements.filter((one) => one.path === path && one.operator === operator);
    return [...new Set(alike.map(({ value }) => cleanText(value)))];
  };
  const paths = new Set(requirements.map(({ path }) => path));
  return [...paths].flatMap((path) => {
    const [wanted, unwanted] = [valuesOf(path, '='), valuesOf(path, '!=')];
    const [first, ...others] = wanted;
    return [
      // A field has one value, so it cannot equal two.
      ...(others.length > 0 ? [sql`false`] : first === undefined ? [] : [equals(path, first)]),
      ...(unwanted.length === 0 ? [] : [equalsNone(path, unwanted)]),
    ];
  });
}
