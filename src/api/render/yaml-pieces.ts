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

/** Which members are long is known only now and then: whole short maps are the usual case. */
const isLong = (value: unknown, limit: number): value is object =>
  typeof value === 'object' && value !== null && JSON.stringify(value).length > limit;

/** `Key:` of a block map; undefined: the key needs a form that does not end there. */
function keyLine(key: string): string | undefined {
  const text = renderYaml({ [key]: null });
  return text.startsWith('?') || !text.endsWith(': null\n') ? undefined : `${text.slice(0, -' null\n'.length)}\n`;
}

/** `indent`: of what holds the value. */
export function* yamlPieces(value: unknown, indent = '', limit = PIECE_CHARACTERS): Generator<string> {
  if (!isLong(value, limit)) {
    yield indented(renderYaml(value), indent);
  } else if (Array.isArray(value)) {
    yield* entryPieces(value, indent, limit);
  } else {
    yield* memberPieces(value, indent, limit);
  }
}

/** Of a sequence: its entries. */
export function* entryPieces(values: readonly unknown[], indent: string, limit: number): Generator<string> {
  for (const value of values) {
    if (isLong(value, limit)) {
      yield `${indent}-\n`;
      yield* yamlPieces(value, `${indent}  `, limit);
    } else {
      yield entry(value, indent);
    }
  }
}

function* memberPieces(value: object, indent: string, limit: number): Generator<string> {
  for (const [key, member] of Object.entries(value)) {
    const line = isLong(member, limit) ? keyLine(key) : undefined;
    if (line === undefined) {
      yield indented(renderYaml({ [key]: member }), indent);
    } else {
      yield indented(line, indent);
      yield* yamlPieces(member, `${indent}  `, limit);
    }
  }
}
