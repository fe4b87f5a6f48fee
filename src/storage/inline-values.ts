/** A statement with its values as literals, for those that take no parameters (COPY). Pure. */
import pg, { type QueryConfig } from 'pg';

/** Only of types that the statements of lists use; throws on any other. */
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

/** Replaces in one pass, so that a `$1` inside of a value is left alone. */
export const inlineValues = ({ text, values = [] }: QueryConfig): string =>
  text.replace(/\$(\d+)/g, (_, number: string) => literal(values[Number(number) - 1]));
