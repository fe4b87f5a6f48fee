import { renderBytes, renderJson } from '../../registry/registry.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import type { Rendering } from './rendering.ts';

const apiVersionOf = ({ group, version }: ResourceDefinition): string =>
  group === '' ? version : `${group}/${version}`;

/** A rendering is the same for all requests of a kind. */
const RENDERINGS = new WeakMap<ResourceDefinition, Rendering>();

export function objectRendering(definition: ResourceDefinition): Rendering {
  const rendering = RENDERINGS.get(definition) ?? newRendering(definition);
  RENDERINGS.set(definition, rendering);
  return rendering;
}

function newRendering(definition: ResourceDefinition): Rendering {
  const apiVersion = apiVersionOf(definition);
  const head = JSON.stringify({ kind: definition.listKind, apiVersion }).slice(0, -1);
  return {
    single: renderJson,
    open: (meta) => `${head},"metadata":${JSON.stringify(meta)},"items":[`,
    item: renderJson,
    parts: ({ bytes, revision }) => (bytes === undefined ? undefined : renderBytes(bytes, revision)),
    close: ']}',
    bookmark: (revision, annotations) =>
      JSON.stringify({
        kind: definition.kind,
        apiVersion,
        metadata: {
          resourceVersion: String(revision),
          ...(annotations === undefined ? {} : { annotations }),
        },
      }),
  };
}
