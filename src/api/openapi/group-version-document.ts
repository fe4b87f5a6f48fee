/** One group and version as an OpenAPI 3 document, complete in itself: what kubectl reads to validate and explain. */
import { reachableSchemas } from '../../resources/schema.ts';
import type { VersionEntry } from '../discovery/groups.ts';
import { type OpenApiDocument, type Paths, SECURITY } from './document.ts';
import { pathsOf } from './kind-paths.ts';

const REFERENCE = '#/components/schemas/';

/** The schemas that operations refer to themselves; what those refer to is `reachableSchemas`' to find. */
export function schemasUsedBy(paths: Paths): string[] {
  const names = new Set<string>();
  JSON.stringify(paths, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string' && value.startsWith(REFERENCE)) {
      names.add(value.slice(REFERENCE.length));
    }
    return value;
  });
  return [...names];
}

export function groupVersionDocument({ definitions }: VersionEntry, version: string): OpenApiDocument {
  const paths = Object.assign({}, ...definitions.map(pathsOf)) as Paths;
  const { security, securitySchemes } = SECURITY;
  return {
    openapi: '3.0.3',
    info: { title: 'Flotilla', version },
    security,
    paths,
    components: { schemas: reachableSchemas(schemasUsedBy(paths)), securitySchemes },
  };
}
