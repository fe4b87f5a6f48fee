/**
 * http/: REST over the table of kinds. Reads bytes, headers and queries, calls one registry verb, answers in the form
 * asked for. May import registry and resources contracts, errors, values. Never knows a kind, except for the few
 * subresources that Kubernetes gives to one kind alone (a folder each); never touches storage.
 */
import type { FastifyInstance } from 'fastify';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { resourceId } from '../../resources/index.ts';
import type { ApiContext } from '../context.ts';
import { socketWatch } from '../watch/socket-watch.ts';
import type { KindRoute } from './kind-route.ts';
import { type Handler, type Methods, mount } from './mount.ts';
import { oldWatch } from './old-watch.ts';
import { scaleMethods } from './scale.ts';
import { create, get, list, patch, remove, removeCollection, update } from './verbs.ts';
import { addWarnings } from './warnings.ts';

const basePath = ({ group, version }: ResourceDefinition): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

/** Leaves out what the kind's verbs do not name. */
function served(verbs: readonly string[], methods: readonly (readonly [keyof Methods, string, Handler])[]): Methods {
  const kept = methods.filter(([, verb]) => verbs.includes(verb));
  return Object.fromEntries(kept.map(([method, , handler]) => [method, handler]));
}

/** Every answer tells it, whatever becomes of the request. Source: apiserver's endpoints/installer.go. */
function deprecating({ definition: { deprecation } }: KindRoute, methods: Methods): Methods {
  if (deprecation === undefined) {
    return methods;
  }
  const told = Object.entries(methods).map(([method, handler]): [string, Handler] => [
    method,
    (request, reply) => {
      addWarnings(reply, [deprecation]);
      return handler(request, reply);
    },
  ]);
  return Object.fromEntries(told);
}

function mountSubresources(app: FastifyInstance, route: KindRoute, item: string): void {
  const { subresources } = route.definition;
  const parts = [...(subresources.status === true ? ['status'] : []), ...Object.keys(subresources.parts ?? {})];
  for (const part of parts) {
    const methods = { GET: get(route), PUT: update(route, part), PATCH: patch(route, part) };
    mount(app, `${item}/${part}`, deprecating(route, methods));
  }
  if (subresources.scale !== undefined) {
    mount(app, `${item}/scale`, scaleMethods(route));
  }
}

function mountKind(app: FastifyInstance, route: KindRoute): void {
  const { verbs, plural, namespaced } = route.definition;
  const base = basePath(route.definition);
  const collection = namespaced ? `${base}/namespaces/:namespace/${plural}` : `${base}/${plural}`;
  const listing = deprecating(route, served(verbs, [['GET', 'list', list(route)]]));
  const sockets = socketWatch(route);
  const writing = deprecating(
    route,
    served(verbs, [
      ['POST', 'create', create(route)],
      ['DELETE', 'deletecollection', removeCollection(route)],
    ]),
  );
  mount(app, collection, { ...listing, ...writing }, sockets);
  if (namespaced) {
    mount(app, `${base}/${plural}`, listing, sockets);
  }
  const one = served(verbs, [
    ['GET', 'get', get(route)],
    ['PUT', 'update', update(route)],
    ['PATCH', 'patch', patch(route)],
    ['DELETE', 'delete', remove(route)],
  ]);
  mount(app, `${collection}/:name`, deprecating(route, one));
  mountSubresources(app, route, `${collection}/:name`);
}

/** `/watch/` before the resource: how it was asked before there was `?watch=true`, and still is by some. */
function mountOldWatches(app: FastifyInstance, route: KindRoute): void {
  const { verbs, plural, namespaced } = route.definition;
  if (!verbs.includes('watch')) {
    return;
  }
  const base = `${basePath(route.definition)}/watch`;
  const collection = namespaced ? `${base}/namespaces/:namespace/${plural}` : `${base}/${plural}`;
  for (const url of [collection, `${collection}/:name`, ...(namespaced ? [`${base}/${plural}`] : [])]) {
    mount(app, url, deprecating(route, { GET: oldWatch(route) }));
  }
}

export function registerResources(app: FastifyInstance, context: ApiContext): void {
  for (const definition of context.registry.definitions()) {
    const route = { context, definition, id: resourceId(definition) };
    mountKind(app, route);
    mountOldWatches(app, route);
  }
}
