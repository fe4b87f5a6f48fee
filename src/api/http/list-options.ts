/** What a list or a watch selects and from where, as the query says. */
import type { GetOptions, ListOptions, Selection } from '../../registry/registry.ts';
import { parseFieldSelector } from '../../values/field-selector.ts';
import { parseLabelSelector } from '../../values/label-selector.ts';
import { booleanValue, firstValue, integerValue, type Query } from '../query.ts';

/** Of ListOptions, asked for or not. */
const NUMBERS = ['limit', 'timeoutSeconds'];

/** Throws 400 on a selector that does not parse, and on what every collection's options are decoded with. */
export function readSelection(query: Query, namespace: string | undefined): Selection {
  for (const name of NUMBERS) {
    integerValue(query, name);
  }
  const labels = firstValue(query, 'labelSelector') ?? '';
  const fields = firstValue(query, 'fieldSelector') ?? '';
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === '' ? {} : { labels: parseLabelSelector(labels) }),
    ...(fields === '' ? {} : { fields: parseFieldSelector(fields) }),
  };
}

const given = <K extends string>(query: Query, name: K): { readonly [P in K]?: string } => {
  const value = firstValue(query, name) ?? '';
  return (value === '' ? {} : { [name]: value }) as { readonly [P in K]?: string };
};

export const readGetOptions = (query: Query): GetOptions => ({
  ...given(query, 'resourceVersion'),
  ...given(query, 'resourceVersionMatch'),
});

export function readListOptions(query: Query, namespace: string | undefined): ListOptions {
  const limit = integerValue(query, 'limit');
  const sendInitialEvents = booleanValue(query, 'sendInitialEvents');
  return {
    ...readSelection(query, namespace),
    ...(limit === undefined ? {} : { limit }),
    ...given(query, 'continue'),
    ...given(query, 'resourceVersion'),
    ...given(query, 'resourceVersionMatch'),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
  };
}
