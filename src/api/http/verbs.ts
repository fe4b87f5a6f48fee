/** The verbs on one object and on the collection, as HTTP: read the request, call the registry, answer. */

import { checkListOptions } from '../../registry/check-list-options.ts';
import type { StoredObject } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { asksToWatch, type Query } from '../query.ts';
import { serveWatch } from '../watch/serve-watch.ts';
import { deletionOf, readDeleteOptions } from './delete-options.ts';
import { type KindRoute, pathNames, pathNamespace } from './kind-route.ts';
import { readGetOptions, readListOptions, readSelection } from './list-options.ts';
import type { Handler } from './mount.ts';
import { parseBody } from './read-body.ts';
import { readPatch } from './read-patch.ts';
import { sendList, sendObject, sendSuccess } from './send.ts';
import { streamList } from './stream-list.ts';
import { viewOf } from './view.ts';
import { addWarnings } from './warnings.ts';
import { readPatchOptions, readWriteOptions } from './write-options.ts';

/** Larger pages, and lists without a limit, are streamed. */
const MAX_PAGE_ITEMS = 1_000;

export const create =
  ({ context, definition, id }: KindRoute): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const options = readWriteOptions(request, 'CreateOptions');
    const { namespace } = pathNames(request);
    const { value, complaints } = parseBody(request, definition.kind);
    const written = await context.registry.create(id, namespace, value, {
      ...{ ...options, complaints },
    });
    addWarnings(reply, written.warnings);
    return sendObject(reply, view, written.object, 201);
  };

export const get =
  ({ context, definition, id }: KindRoute): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const { namespace, name } = pathNames(request);
    return sendObject(
      reply,
      view,
      await context.registry.get(id, namespace, name, {
        ...readGetOptions(request.query as Query),
        ...{ wholeEntries: view.shape === 'object', caller: request.user.username },
      }),
    );
  };

export const list = (route: KindRoute): Handler => {
  const { context, definition, id } = route;
  return async (request, reply) => {
    const query = request.query as Query;
    if (asksToWatch(query)) {
      return serveWatch(route, request, reply);
    }
    const view = viewOf(request, definition, context.clock);
    const options = { ...readListOptions(query, pathNamespace(request)), caller: request.user.username };
    const isPage = options.limit !== undefined && options.limit > 0 && options.limit <= MAX_PAGE_ITEMS;
    return isPage
      ? sendList(reply, view, await context.registry.list(id, options), context.spools)
      : streamList(route, request, reply, view, options);
  };
};

/** `subresource`: the object's writer of one part, status or another, behind a path of its own. */
export const update =
  ({ context, definition, id }: KindRoute, subresource?: string): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const given = readWriteOptions(request, 'UpdateOptions');
    const { namespace, name } = pathNames(request);
    const { value: body, complaints } = parseBody(request, definition.kind);
    const { registry } = context;
    const options = { ...given, complaints, wholeEntries: view.shape === 'object' };
    const written =
      subresource === undefined
        ? await registry.update(id, namespace, name, body, options)
        : await registry.updatePart(id, namespace, name, subresource, body, options);
    addWarnings(reply, written.warnings);
    return sendObject(reply, view, written.object, written.created ? 201 : 200);
  };

export const patch =
  ({ context, definition, id }: KindRoute, subresource?: string): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const { type, patch: body, complaints } = readPatch(request);
    const given = readPatchOptions(request, type);
    const { namespace, name } = pathNames(request);
    const options = { ...given, complaints, wholeEntries: view.shape === 'object' };
    const written = await context.registry.patch(id, namespace, name, type, body, {
      ...options,
      ...(subresource === undefined ? {} : { subresource }),
    });
    addWarnings(reply, written.warnings);
    return sendObject(reply, view, written.object, written.created ? 201 : 200);
  };

/** Yes, the details' `kind` is the resource: so it is in Kubernetes, and clients wait by the uid beside it. */
const deletedDetails = ({ group, plural }: ResourceDefinition, { name, uid }: StoredObject): object => ({
  name,
  ...(group === '' ? {} : { group }),
  kind: plural,
  uid,
});

export const remove =
  ({ context, definition, id }: KindRoute): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const { namespace, name } = pathNames(request);
    const asked = readDeleteOptions(request);
    const { options, warnings } = deletionOf(definition, asked.options);
    addWarnings(reply, warnings);
    const { object, removed } = await context.registry.delete(id, namespace, name, options);
    if (removed && definition.deletion?.answersObject !== true) {
      return sendSuccess(reply, view.format, 200, deletedDetails(definition, object));
    }
    return sendObject(reply, view, object, !removed && asked.cascades ? 202 : 200);
  };

export const removeCollection =
  ({ context, definition, id }: KindRoute): Handler =>
  async (request, reply) => {
    const view = viewOf(request, definition, context.clock);
    const query = request.query as Query;
    checkListOptions(readListOptions(query, undefined));
    const selection = readSelection(query, pathNamespace(request));
    const { options, warnings } = deletionOf(definition, readDeleteOptions(request).options);
    addWarnings(reply, warnings);
    return sendList(reply, view, await context.registry.deleteCollection(id, selection, options), context.spools);
  };
