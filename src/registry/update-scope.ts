/**
 * The separate writers of one object: what an update through the main resource, `/status` or `/finalize` may change.
 * Everything else is carried over from the stored object, whatever the client sent.
 */
import type { StatusCause } from '../errors.ts';
import type { ResourceContext } from '../resources/define-resource.ts';
import { validateMetadataUpdate } from '../resources/validate-metadata.ts';
import type { KubeObject } from '../values/object.ts';
import type { Kind } from './context.ts';
import { keepServerMetadata, setGeneration } from './object-metadata.ts';

export interface UpdateScope {
  /** Returns the object to write; may change and return `wanted`, never `old`. */
  readonly carryOver: (kind: Kind, wanted: KubeObject, old: KubeObject, now: ResourceContext) => KubeObject;
  readonly validate: (kind: Kind, object: KubeObject, old: KubeObject) => StatusCause[];
}

function replaceKey(object: KubeObject, key: 'status', value: unknown): void {
  if (value === undefined) {
    delete object[key];
  } else {
    object[key] = value;
  }
}

const main: UpdateScope = {
  carryOver(kind, wanted, old, now) {
    const { definition } = kind;
    keepServerMetadata(wanted.metadata, old.metadata);
    if (definition.subresources.status === true) {
      replaceKey(wanted, 'status', old.status);
    }
    definition.prepareForUpdate?.(wanted, old, now);
    definition.applyDefaults?.(wanted);
    setGeneration(kind, wanted, old);
    return wanted;
  },
  validate: ({ definition }, object, old) => [
    ...validateMetadataUpdate(definition, object, old),
    ...(definition.validate?.(object) ?? []),
    ...(definition.validateUpdate?.(object, old) ?? []),
  ],
};

const status: UpdateScope = {
  carryOver(kind, wanted, old) {
    const object: KubeObject = { ...old };
    replaceKey(object, 'status', wanted.status);
    kind.definition.applyDefaults?.(object);
    return object;
  },
  validate: ({ definition }, object, old) => definition.validateStatusUpdate?.(object, old) ?? [],
};

const finalize: UpdateScope = {
  carryOver(_kind, wanted, old) {
    const finalizers = (wanted.spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
    return { ...old, spec: { ...(old.spec as object | undefined), finalizers } };
  },
  validate: () => [],
};

export const UPDATE_SCOPES = { main, status, finalize } as const;
export type UpdateScopeName = keyof typeof UPDATE_SCOPES;
