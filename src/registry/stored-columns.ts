/** An object as the store takes it: the columns, the canonical body, and the work that the write makes due. */
import type { DueRef, Expected, Fence, Write } from '../storage/object-store.ts';
import { decodeObject, encodeBody, type StoredObject } from '../storage/stored-object.ts';
import type { KubeObject } from '../values/object.ts';
import type { Kind } from './context.ts';

/** The object before a write. Parsed at most once, and only if a hook or a trigger looks at it. */
export interface Before {
  readonly stored: StoredObject;
  readonly object: KubeObject;
}

/** `decoded`: where the caller has parsed it already. */
export function lazyBefore(stored: StoredObject, decoded?: KubeObject): Before {
  let parsed = decoded;
  return {
    stored,
    get object() {
      parsed ??= decodeObject(stored);
      return parsed;
    },
  };
}

function dueOf(kind: Kind, before: Before | undefined, after: KubeObject | undefined): DueRef[] {
  if (kind.triggers.length === 0) {
    return [];
  }
  const now = after === undefined ? {} : { after };
  // A getter: triggers that look only at `after` cost no parse.
  const change =
    before === undefined
      ? now
      : {
          get before() {
            return before.object;
          },
          ...now,
        };
  const due: DueRef[] = [];
  for (const trigger of kind.triggers) {
    due.push(...trigger.dueOn(change));
  }
  return due;
}

function columns(kind: Kind, object: KubeObject, body: string) {
  const { metadata } = object;
  const owners = metadata.ownerReferences ?? [];
  return {
    resource: kind.id,
    namespace: kind.definition.namespaced ? (metadata.namespace ?? '') : '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    fields: kind.definition.fields(object),
    ownerUids: owners.map((owner) => owner.uid),
    controllerUid: owners.find((owner) => owner.controller === true)?.uid ?? '',
    body,
    ...claimsOf(kind, object),
  };
}

const claimsOf = ({ definition }: Kind, object: KubeObject): { claims?: readonly string[] } =>
  definition.allocation === undefined ? {} : { claims: definition.allocation.claims(object) };

const expectedOf = ({ uid, revision, labels, fields }: StoredObject): Expected => ({ uid, revision, labels, fields });
const fenced = (fence: Fence | undefined): { fence?: Fence } => (fence === undefined ? {} : { fence });

/** `body` is the object's. */
export const createWrite = (kind: Kind, object: KubeObject, body: string, fence?: Fence): Write => ({
  op: 'create',
  ...columns(kind, object, body),
  due: dueOf(kind, undefined, object),
  ...fenced(fence),
});

/** `body` where the caller has encoded the object already. */
export const updateWrite = (
  kind: Kind,
  before: Before,
  object: KubeObject,
  fence?: Fence,
  body: string = encodeBody(object),
): Write => ({
  op: 'update',
  ...columns(kind, object, body),
  expected: expectedOf(before.stored),
  due: dueOf(kind, before, object),
  ...fenced(fence),
});

/** `object` is the last state. Labels and fields stay those of `before`: who watched it then must see it go. */
export const deleteWrite = (
  kind: Kind,
  before: Before,
  object: KubeObject,
  fence?: Fence,
  body: string = encodeBody(object),
): Write => ({
  op: 'delete',
  ...columns(kind, object, body),
  labels: before.stored.labels,
  fields: before.stored.fields,
  ...(kind.definition.allocation === undefined ? {} : { claims: [] }),
  expected: expectedOf(before.stored),
  due: dueOf(kind, before, undefined),
  ...fenced(fence),
});
