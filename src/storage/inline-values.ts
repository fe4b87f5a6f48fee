/** A statement with its values as literals, for those that take no parameters (COPY). Pure. */
import pg, { type QueryConfig } from 'pg';

/** Throws on a value that no list has: literals are written for what is known. */
function literal(value: unknown): string {
  if (typeof value === 'string') {
    return pg.escapeLiteral(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return `ARRAY[${value.map(literal).join(',')}]`;
  }
  throw new TypeError(`no literal for a ${typeof value}`);
}

/** In one pass: what looks like a parameter within a value stays as it is. */
export const inlineValues = ({ text, values = [] }: QueryConfig): string =>
  text.replace(/\$(\d+)/g, (_, number: string) => literal(values[Number(number) - 1]));
