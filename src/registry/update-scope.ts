/**
 * The separate writers of one object: what an update through the main resource, `/status`, `/finalize` or a path that
 * the kind gives to one part of it may change. Everything else is carried over from the stored object, whatever the
 * client sent.
 */
import { noSuchResource, type StatusCause } from '../errors.ts';
import type { PartWriter, ResourceContext } from '../resources/define-resource.ts';
import { validateMetadataUpdate } from '../resources/validate-metadata.ts';
import type { KubeObject, ObjectMeta } from '../values/object.ts';
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

function restore(metadata: ObjectMeta, old: ObjectMeta, fields: readonly (keyof ObjectMeta)[]): void {
  for (const field of fields) {
    if (old[field] === undefined) {
      delete metadata[field];
    } else {
      Object.assign(metadata, { [field]: old[field] });
    }
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
    ...(definition.validate?.(object, old) ?? []),
    ...(definition.validateUpdate?.(object, old) ?? []),
  ],
};

const status: UpdateScope = {
  carryOver(kind, wanted, old, now) {
    const metadata = { ...wanted.metadata };
    keepServerMetadata(metadata, old.metadata);
    restore(metadata, old.metadata, kind.definition.subresources.statusKeeps ?? []);
    const object: KubeObject = { ...old, metadata };
    replaceKey(object, 'status', wanted.status);
    kind.definition.prepareForStatusUpdate?.(object, old, now);
    kind.definition.applyDefaults?.(object);
    return object;
  },
  validate: ({ definition }, object, old) => [
    ...validateMetadataUpdate(definition, object, old),
    ...(definition.validateStatusUpdate?.(object, old) ?? []),
  ],
};

const finalize: UpdateScope = {
  carryOver(_kind, wanted, old) {
    const finalizers = (wanted.spec as { finalizers?: string[] } | undefined)?.finalizers ?? [];
    return { ...old, spec: { ...(old.spec as object | undefined), finalizers } };
  },
  validate: () => [],
};

const partScope = ({ carryOver, validate }: PartWriter): UpdateScope => ({
  carryOver(kind, wanted, old, now) {
    const object = carryOver(wanted, old, now);
    // The generation must not be the stored object's own.
    object.metadata = { ...object.metadata };
    kind.definition.applyDefaults?.(object);
    setGeneration(kind, object, old);
    return object;
  },
  validate: ({ definition }, object, old) => [...(definition.validate?.(object, old) ?? []), ...validate(object, old)],
});

const SCOPES: Readonly<Record<string, UpdateScope>> = { main, status, finalize };

/** `main`, `status`, `finalize`, or the name of one of the kind's parts. */
export type UpdateScopeName = string;

/** Throws NotFound for a writer that the kind does not have. */
export function scopeOf({ definition: { subresources } }: Kind, name: UpdateScopeName): UpdateScope {
  const part = Object.hasOwn(subresources.parts ?? {}, name) ? subresources.parts?.[name] : undefined;
  const scope = part === undefined ? SCOPES[name] : partScope(part);
  if (scope === undefined || (name === 'status' && subresources.status !== true)) {
    throw noSuchResource();
  }
  return scope;
}
