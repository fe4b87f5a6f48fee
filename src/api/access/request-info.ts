/**
 * What a request asks, in the words of authorization: verb, group, resource, subresource, namespace, name.
 * Source: apiserver's endpoints/request/requestinfo.go, without its legacy `/proxy/` prefix.
 */
import type { RequestAttributes } from '../../auth/identity.ts';
import { parseFieldSelector } from '../../values/field-selector.ts';
import type { FieldRequirement } from '../../values/selector.ts';
import { asksToWatch, firstValue, type Query } from '../query.ts';

const VERBS: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
]);
/** Below `/namespaces/NAME/` these are the namespace's own; anything else is a resource in it. */
const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize'];

interface Location {
  readonly namespace?: string;
  readonly parts: readonly string[];
}

/** `parts` begin with the resource. */
function locate(rest: readonly string[]): Location {
  const [first, namespace, third] = rest;
  if (first !== 'namespaces' || namespace === undefined) {
    return { parts: rest };
  }
  const own = third === undefined || NAMESPACE_SUBRESOURCES.includes(third);
  return { namespace, parts: own ? rest : rest.slice(2) };
}

/** Undecodable escapes stay as they are: the router answers those with 400. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** The parts after the group, or undefined for a path that names no resource. */
function resourcePath(segments: readonly string[]): { group: string; rest: readonly string[] } | undefined {
  const [root, second] = segments;
  if (root === 'api' && segments.length > 2) {
    return { group: '', rest: segments.slice(2) };
  }
  if (root === 'apis' && second !== undefined && segments.length > 3) {
    return { group: second, rest: segments.slice(3) };
  }
  return undefined;
}

function collectionVerb(verb: string, query: Query): string {
  if (verb === 'get') {
    return asksToWatch(query) ? 'watch' : 'list';
  }
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** Read as the list reads it, so that nobody is let in to another list; what is no selector is refused there. */
function requirementsOf(fields: string): readonly FieldRequirement[] {
  try {
    return parseFieldSelector(fields);
  } catch {
    return [];
  }
}

const exactly = (requirements: readonly FieldRequirement[], field: string): string | undefined =>
  requirements.find(({ path, operator, value }) => path === field && operator === '=' && value !== '')?.value;

/** `path` as sent, without the query. */
export function parseRequestInfo(method: string, path: string, query: Query): RequestAttributes {
  const located = resourcePath(segmentsOf(path));
  const verb = VERBS.get(method) ?? method.toLowerCase();
  if (located === undefined) {
    return { verb, path };
  }
  const isWatch = located.rest[0] === 'watch' && located.rest.length > 1;
  const { namespace, parts } = locate(isWatch ? located.rest.slice(1) : located.rest);
  const [resource = '', name, subresource] = parts;
  const onCollection = name === undefined && verb !== 'create';
  const fields = onCollection ? requirementsOf(firstValue(query, 'fieldSelector') ?? '') : [];
  const selected = name ?? exactly(fields, 'metadata.name');
  const nodeName = exactly(fields, 'spec.nodeName');
  return {
    verb: isWatch ? 'watch' : onCollection ? collectionVerb(verb, query) : verb,
    group: located.group,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(selected === undefined || selected === '' ? {} : { name: selected }),
  };
}
