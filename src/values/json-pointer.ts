/** JSON pointers, RFC 6901, and the four ways to act on what they point at. Each tells whether the place exists. */
import { isJsonObject, setOwn } from './json.ts';
import type { Json } from './object.ts';

/** Unescaped reference tokens; none: the whole document. */
export type Pointer = readonly string[];

/** undefined for what is no pointer. */
export function parsePointer(text: string): Pointer | undefined {
  if (text !== '' && !text.startsWith('/')) {
    return undefined;
  }
  const [, ...tokens] = text.split('/');
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A place among `length`; -1 is the last one, as kube-apiserver has it. */
function indexOf(token: string, length: number): number | undefined {
  const index = /^-?\d+$/.test(token) ? Number(token) : Number.NaN;
  const place = index < 0 ? index + length : index;
  return place >= 0 && place < length ? place : undefined;
}

function child(parent: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(parent)) {
    const index = indexOf(token, parent.length);
    return index === undefined ? undefined : parent[index];
  }
  return isJsonObject(parent) && Object.hasOwn(parent, token) ? parent[token] : undefined;
}

/** undefined: there is nothing. */
export const readAt = (document: Json, pointer: Pointer): Json | undefined =>
  pointer.reduce<Json | undefined>(child, document);

/** An array makes room before the index; `-` is its end. */
export function addAt(document: Json, pointer: Pointer, value: Json): boolean {
  const parent = readAt(document, pointer.slice(0, -1));
  const token = pointer.at(-1) ?? '';
  if (Array.isArray(parent)) {
    const index = token === '-' ? parent.length : indexOf(token, parent.length + 1);
    if (index !== undefined) {
      parent.splice(index, 0, value);
    }
    return index !== undefined;
  }
  if (!isJsonObject(parent)) {
    return false;
  }
  setOwn(parent, token, value);
  return true;
}

export function replaceAt(document: Json, pointer: Pointer, value: Json): boolean {
  const parent = readAt(document, pointer.slice(0, -1));
  const token = pointer.at(-1) ?? '';
  if (child(parent, token) === undefined) {
    return false;
  }
  if (Array.isArray(parent)) {
    parent[indexOf(token, parent.length) ?? 0] = value;
  } else if (isJsonObject(parent)) {
    setOwn(parent, token, value);
  }
  return true;
}

export function removeAt(document: Json, pointer: Pointer): boolean {
  const parent = readAt(document, pointer.slice(0, -1));
  const token = pointer.at(-1) ?? '';
  if (child(parent, token) === undefined) {
    return false;
  }
  if (Array.isArray(parent)) {
    parent.splice(indexOf(token, parent.length) ?? 0, 1);
  } else if (isJsonObject(parent)) {
    delete parent[token];
  }
  return true;
}
