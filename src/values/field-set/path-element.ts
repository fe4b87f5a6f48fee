/** The elements of a path as texts, canonical, and as errors show them. Source: fieldpath/serialize-pe.go, element.go. */
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../object.ts';
import type { PathElement } from './field-set.ts';

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: Json): PathElement => `v:${canonicalJson(value)}`;

/** Keys in order, so that equal values are equal text. */
function canonicalJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (!isJsonObject(value)) {
    return JSON.stringify(value);
  }
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** Most keys of items: canonical as they are. */
const SIMPLE_KEY = /^\{"\w+":"[ !#-[\]-\ud7ff]*"\}$/;

const INDEX = /^\d{1,9}$/;

/** The canonical form of an element as a client sent it; undefined: it is none. */
export function readElement(text: string): PathElement | undefined {
  const content = text.slice(2);
  switch (text.slice(0, 2)) {
    case 'f:':
      return text;
    case 'i:':
      return INDEX.test(content) ? text : undefined;
    case 'v:':
      return canonical(content, () => true, 'v:');
    case 'k:':
      return SIMPLE_KEY.test(content) ? text : canonical(content, isJsonObject, 'k:');
    default:
      return undefined;
  }
}

function canonical(content: string, accepts: (value: Json) => boolean, prefix: string): PathElement | undefined {
  try {
    const value = JSON.parse(content) as Json;
    return accepts(value) ? `${prefix}${canonicalJson(value)}` : undefined;
  } catch {
    // Not JSON, so no element: the caller answers for the whole set.
    return undefined;
  }
}

/** `.spec.containers[name="a"].image` */
export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join('');

function elementText(element: PathElement): string {
  const content = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return `.${content}`;
    case 'v:':
      return `[=${content}]`;
    case 'k:': {
      const keys = Object.entries(JSON.parse(content) as JsonObject);
      return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    }
    default:
      return `[${content}]`;
  }
}
