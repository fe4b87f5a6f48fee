/**
 * Discovery: what is served, told in the legacy and in the aggregated form (apidiscovery.k8s.io/v2). Loops over the
 * table of kinds and nothing else; knows no kind by name and touches no object. Imports resources/ (types) and errors.
 */
import type { FastifyInstance } from 'fastify';
import { noSuchResource } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import { sendDocument, toDocument } from '../static-document.ts';
import { acceptsMediaType } from './accept.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { type GroupEntry, groupsOf } from './groups.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const LEGACY = 'application/json';

/** `legacy` and `aggregated` are one resource in two forms, chosen by Accept. */
function serveBothForms(app: FastifyInstance, path: string, legacy: object, groups: readonly GroupEntry[]): void {
  const aggregated = toDocument(AGGREGATED, aggregatedDiscovery(groups));
  const plain = toDocument(LEGACY, legacy);
  app.get(path, (request, reply) => {
    reply.header('vary', 'Accept');
    // v2beta1 asked for alone (clients <= 1.29) gets the legacy form, which every client falls back to.
    const chosen = acceptsMediaType(request.headers.accept, AGGREGATED) ? aggregated : plain;
    return sendDocument(request, reply, chosen);
  });
}

/** One document a path parameter; what the map does not hold does not exist. */
function serveEach(app: FastifyInstance, path: string, documents: ReadonlyMap<string, object>): void {
  const ready = new Map([...documents].map(([key, body]) => [key, toDocument(LEGACY, body)]));
  app.get<{ Params: { group?: string; version?: string } }>(path, (request, reply) => {
    const { group, version } = request.params;
    const document = ready.get([group, version].filter((part) => part !== undefined).join('/'));
    if (document === undefined) {
      throw noSuchResource();
    }
    return sendDocument(request, reply, document);
  });
}

export function registerDiscovery(app: FastifyInstance, { registry, settings }: ApiContext): void {
  const groups = groupsOf(registry.definitions());
  const core = groups.filter(({ name }) => name === '');
  const named = groups.filter(({ name }) => name !== '');
  const resourceLists = (of: readonly GroupEntry[]): Map<string, object> =>
    new Map(
      of.flatMap(({ versions }) =>
        versions.map((version) => [version.groupVersion, apiResourceList(version)] as const),
      ),
    );

  serveBothForms(app, '/api', apiVersions(core, settings), core);
  serveBothForms(app, '/apis', apiGroupList(named), named);
  serveEach(app, '/api/:version', resourceLists(core));
  serveEach(app, '/apis/:group', new Map(named.map((group) => [group.name, apiGroup(group)])));
  serveEach(app, '/apis/:group/:version', resourceLists(named));
}
