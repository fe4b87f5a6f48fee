/**
 * The directives of a strategic merge patch, read apart from the fields: `$patch`, `$retainKeys`,
 * `$setElementOrder/<list>` and `$deleteFromPrimitiveList/<list>`. Messages: apimachinery's util/mergepatch.
 */
import { badRequest } from '../errors.ts';
import { isJsonObject } from './json.ts';
import type { Json, JsonObject } from './object.ts';

/** All that a patch says about one field. */
export interface FieldPatch {
  readonly value?: Json | undefined;
  /** The order of a merged list's items, as the items themselves or maps with the merge key. */
  readonly order?: readonly Json[] | undefined;
  /** Items to take out of a list of scalars. */
  readonly removals?: readonly Json[] | undefined;
}

export interface MapPatch {
  readonly directive: 'merge' | 'replace' | 'delete';
  /** The only fields that may stay. */
  readonly retainKeys: ReadonlySet<Json> | undefined;
  readonly fields: ReadonlyMap<string, FieldPatch>;
}

const PATCH = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder';
const DELETE_FROM = '$deleteFromPrimitiveList';
const DIRECTIVES = [PATCH, RETAIN_KEYS, SET_ORDER, DELETE_FROM];

const isDirective = (key: string): boolean => DIRECTIVES.some((directive) => key.startsWith(directive));

/** What `$patch` says of a map. Throws 400 on an unknown word. */
export function directiveOf(patch: JsonObject): MapPatch['directive'] | undefined {
  const directive = Object.hasOwn(patch, PATCH) ? patch[PATCH] : undefined;
  if (directive === undefined || directive === 'merge' || directive === 'replace' || directive === 'delete') {
    return directive;
  }
  throw badRequest(`unknown patch type: ${JSON.stringify(directive)} in map: ${JSON.stringify(patch)}`);
}

/** Throws 400 on a directive of the wrong form. */
export function readMapPatch(patch: JsonObject): MapPatch {
  const fields = new Map<string, FieldPatch>();
  const add = (name: string, part: FieldPatch): void => {
    fields.set(name, { ...fields.get(name), ...part });
  };
  let retainKeys: ReadonlySet<Json> | undefined;
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN_KEYS) {
      retainKeys = new Set(asList(value, 'retainKeys'));
    } else if (key.startsWith(SET_ORDER)) {
      add(fieldOf(key, 'setElementOrder list'), { order: asList(value, 'setElementOrder list') });
    } else if (key.startsWith(DELETE_FROM)) {
      add(fieldOf(key, 'primitive list'), { removals: asList(value, 'primitive list') });
    } else if (key !== PATCH) {
      add(key, { value });
    }
  }
  checkRetained(fields, retainKeys);
  return { directive: directiveOf(patch) ?? 'merge', retainKeys, fields };
}

/** A patch that sets what it does not retain contradicts itself. */
function checkRetained(fields: ReadonlyMap<string, FieldPatch>, retainKeys: ReadonlySet<Json> | undefined): void {
  for (const [name, { value }] of fields) {
    if (retainKeys !== undefined && value !== undefined && value !== null && !retainKeys.has(name)) {
      throw badRequest('invalid patch format of retainKeys');
    }
  }
}

function asList(value: Json, what: string): Json[] {
  if (!Array.isArray(value)) {
    throw badRequest(`invalid patch format of ${what}`);
  }
  return value;
}

/** `$setElementOrder/ports` is about `ports`. */
function fieldOf(key: string, what: string): string {
  const slash = key.indexOf('/');
  if (slash < 0) {
    throw badRequest(`invalid patch format of ${what}`);
  }
  return key.slice(slash + 1);
}

/**
 * A value of the patch where there is nothing to merge it with: without nulls and directives. A map that says to
 * replace or delete has nothing to act on and is left out (undefined), as Kubernetes does.
 */
export function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    return value.map(withoutDirectives).filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  const directive = directiveOf(value);
  if (directive === 'replace' || directive === 'delete') {
    return undefined;
  }
  const kept: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const clean = item === null || isDirective(key) ? undefined : withoutDirectives(item);
    if (clean !== undefined) {
      kept.push([key, clean]);
    }
  }
  return Object.fromEntries(kept);
}
