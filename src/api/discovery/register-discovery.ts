/**
 * Discovery: what is served, told in the legacy and in the aggregated form (apidiscovery.k8s.io/v2). Loops over the
 * table of kinds and nothing else; knows no kind by name and touches no object. Imports resources/ (types).
 */
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../context.ts';
import { YAML_TYPE } from '../http/media-type.ts';
import { renderYaml } from '../render/yaml-pieces.ts';
import { servedKinds } from '../served-kinds.ts';
import { bytesDocument, type StaticDocument, sendDocument, toDocument } from '../static-document.ts';
import { acceptsMediaType, type DocumentFormat, documentFormat } from './accept.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { type GroupEntry, groupsOf } from './groups.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts';

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const LEGACY = 'application/json';

type Forms = Readonly<Record<DocumentFormat, () => StaticDocument>>;

/** YAML is made when somebody asks for it. */
function formsOf(body: object): Forms {
  const json = toDocument(LEGACY, body);
  let yaml: StaticDocument | undefined;
  return {
    json: () => json,
    yaml: () => {
      yaml ??= bytesDocument(YAML_TYPE, Buffer.from(renderYaml(body)));
      return yaml;
    },
  };
}

/** `legacy` and `aggregated` are one resource in two forms, chosen by Accept. */
function serveBothForms(app: FastifyInstance, path: string, legacy: object, groups: readonly GroupEntry[]): void {
  const aggregated = toDocument(AGGREGATED, aggregatedDiscovery(groups));
  const plain = formsOf(legacy);
  app.get(path, (request, reply) => {
    const { accept } = request.headers;
    reply.header('vary', 'Accept');
    // v2beta1 asked for alone (clients <= 1.29) gets the legacy form, which every client falls back to.
    const chosen = acceptsMediaType(accept, AGGREGATED) ? aggregated : plain[documentFormat(accept)]();
    return sendDocument(request, reply, chosen);
  });
}

/** One document below `path` for each key. */
function serveEach(app: FastifyInstance, path: string, documents: ReadonlyMap<string, object>): void {
  for (const [key, body] of documents) {
    const forms = formsOf(body);
    app.get(`${path}/${key}`, (request, reply) =>
      sendDocument(request, reply, forms[documentFormat(request.headers.accept)]()),
    );
  }
}

export function registerDiscovery(app: FastifyInstance, { registry, settings }: ApiContext): void {
  const groups = groupsOf(servedKinds(registry));
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
  serveEach(app, '/api', resourceLists(core));
  serveEach(app, '/apis', new Map(named.map((group) => [group.name, apiGroup(group)])));
  serveEach(app, '/apis', resourceLists(named));
}
