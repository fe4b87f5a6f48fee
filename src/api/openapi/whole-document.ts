/**
 * Everything the API serves as one OpenAPI 3 document: for people (`/docs`), for code generators and for `openapi/`
 * in the repository. Says each parameter once, where the documents that kubectl reads must repeat them: kubectl does
 * not resolve references to parameters.
 */

import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { reachableSchemas } from '../../resources/schema.ts';
import { groupsOf } from '../discovery/groups.ts';
import {
  METHODS,
  type OpenApiDocument,
  type Parameter,
  type PathItem,
  type Paths,
  type Reference,
  SECURITY,
} from './document.ts';
import { schemasUsedBy } from './group-version-document.ts';
import { tagOf } from './kind-names.ts';
import { pathsOf } from './kind-paths.ts';
import { PARAMETERS } from './parameters.ts';
import { SERVER_PATHS, SERVER_TAGS } from './server-paths.ts';

const SHARED = new Map<Parameter | Reference, Reference>(
  PARAMETERS.map((parameter) => [parameter, { $ref: `#/components/parameters/${parameter.name}` }]),
);

function withShared<T extends Pick<PathItem, 'parameters'>>(holder: T): T {
  const { parameters } = holder;
  return parameters === undefined ? holder : { ...holder, parameters: parameters.map((one) => SHARED.get(one) ?? one) };
}

function shareParameters(item: PathItem): PathItem {
  const operations = METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [[method, withShared(operation)] as const];
  });
  return withShared({ ...item, ...Object.fromEntries(operations) });
}

const tagsOf = (definitions: readonly ResourceDefinition[]): NonNullable<OpenApiDocument['tags']> =>
  groupsOf(definitions)
    .flatMap(({ versions }) => versions)
    .map((entry) => ({
      name: tagOf(entry),
      description: `${entry.groupVersion}: ${entry.definitions.map(({ kind }) => kind).join(', ')}.`,
    }));

export function wholeDocument(definitions: readonly ResourceDefinition[], version: string): OpenApiDocument {
  const all: Paths = Object.assign({}, ...definitions.map(pathsOf), SERVER_PATHS);
  const paths = Object.fromEntries(Object.entries(all).map(([path, item]) => [path, shareParameters(item)]));
  const { security, securitySchemes } = SECURITY;
  return {
    openapi: '3.0.3',
    info: {
      title: 'Flotilla',
      version,
      description:
        'A fleet of virtual Kubernetes nodes. Objects, verbs, selectors, watches and errors are as in Kubernetes.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/', description: 'This server.' }],
    tags: [...tagsOf(definitions), ...SERVER_TAGS],
    security,
    paths,
    components: {
      schemas: reachableSchemas(schemasUsedBy(paths)),
      parameters: Object.fromEntries(PARAMETERS.map((parameter) => [parameter.name, parameter])),
      securitySchemes,
    },
  };
}
