/**
 * A value as YAML in pieces, so that others get a turn between them: the library takes a second for an object of 3 MB.
 * Maps and sequences that are long are taken apart, member by member; whatever is short is one piece.
 */
import { stringify } from 'yaml';

/** Characters of JSON that a piece stands for: some milliseconds. */
export const PIECE_CHARACTERS = 16 * 1024;

/** What Go would take for something else (`yes`, `0644`) is quoted. */
const OPTIONS = { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' } as const;

export const renderYaml = (value: unknown): string => stringify(value, OPTIONS);

/** Block scalars are indented with what holds them, and their empty lines not at all. */
const indented = (text: string, indent: string): string => text.replace(/^(?=[^\n])/gm, indent);

/** An entry of a block sequence, at `indent`. */
const entry = (value: unknown, indent: string): string => indented(renderYaml([value]), indent);

/** What `left` characters of JSON leave, about; below 0: it is longer, and was not looked at to its end. */
function leftAfter(value: unknown, left: number): number {
  if (typeof value !== 'object' || value === null) {
    return left - (typeof value === 'string' ? value.length + 3 : 5);
  }
  let rest = left - 2;
  const isList = Array.isArray(value);
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (rest < 0) {
      return rest;
    }
    rest = leftAfter((value as Record<string | number, unknown>)[key], isList ? rest : rest - String(key).length - 3);
  }
  return rest;
}

/** Which members are long is known only now and then: whole short maps are the usual case. */
const isLong = (value: unknown, limit: number): value is object =>
  typeof value === 'object' && value !== null && leftAfter(value, limit) < 0;

/** `Key:` of a block map; undefined: the key needs a form that does not end there. */
function keyLine(key: string): string | undefined {
  const text = renderYaml({ [key]: null });
  return text.startsWith('?') || !text.endsWith(': null\n') ? undefined : `${text.slice(0, -' null\n'.length)}\n`;
}

/** `indent`: of what holds the value. */
export function* yamlPieces(value: unknown, indent = '', limit = PIECE_CHARACTERS): Generator<string> {
  if (isLong(value, limit)) {
    yield* longPieces(value, indent, limit);
  } else {
    yield indented(renderYaml(value), indent);
  }
}

const longPieces = (value: object, indent: string, limit: number): Generator<string> =>
  Array.isArray(value) ? entryPieces(value, indent, limit) : memberPieces(value, indent, limit);

/** Of a sequence: its entries. */
export function* entryPieces(values: readonly unknown[], indent: string, limit: number): Generator<string> {
  for (const value of values) {
    if (isLong(value, limit)) {
      yield `${indent}-\n`;
      yield* longPieces(value, `${indent}  `, limit);
    } else {
      yield entry(value, indent);
    }
  }
}

function* memberPieces(value: object, indent: string, limit: number): Generator<string> {
  for (const key of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[key];
    const long = isLong(member, limit) ? member : undefined;
    const line = long === undefined ? undefined : keyLine(key);
    if (long === undefined || line === undefined) {
      yield indented(renderYaml({ [key]: member }), indent);
    } else {
      yield indented(line, indent);
      yield* longPieces(long, `${indent}  `, limit);
    }
  }
}
