/** JSON for people to read, with `?pretty=true`. Source: apiserver's handlers/responsewriters/writers.go, isPrettyPrint. */
import type { FastifyRequest } from 'fastify';
import { firstValue, type Query } from '../query.ts';
import type { Rendering } from './rendering.ts';

/** Go's strconv.ParseBool; anything else is false. */
const TRUE = ['1', 't', 'T', 'true', 'True', 'TRUE'];

export const asksForIndents = ({ query }: FastifyRequest): boolean =>
  TRUE.includes(firstValue((query ?? {}) as Query, 'pretty') ?? '');

export const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);

const ITEM_INDENT = '\n    ';

/** Of long lists, an item at a time. */
export function indentedRendering(rendering: Rendering): Rendering {
  const { parts: _, ...rest } = rendering;
  return {
    ...rest,
    // Of an empty list: what ends it comes after the items.
    open: (meta) => indented(rendering.open(meta) + rendering.close).slice(0, -']\n}'.length),
    item: (stored) => ITEM_INDENT + indented(rendering.item(stored)).replaceAll('\n', ITEM_INDENT),
    close: '\n  ]\n}',
  };
}
