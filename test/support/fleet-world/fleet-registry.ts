/** The registry's contract over objects in memory, as far as controllers use it. */

import { controllerOf } from '../../../src/controllers/owner-references.ts';
import { conflict, invalid, notFound } from '../../../src/errors.ts';
import type { ObjectRef, Registry, StoredObject } from '../../../src/registry/registry.ts';
import { RESOURCES, resourceId } from '../../../src/resources/index.ts';
import { decodeObject } from '../../../src/storage/stored-object.ts';
import { matchesLabels } from '../../../src/values/label-selector.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { placesOfUids } from '../places-of-uids.ts';
import type { FleetDeletions } from './fleet-deletions.ts';
import { type FleetObjects, resourceOf } from './fleet-objects.ts';
import type { Loose } from './loose.ts';

interface Parts {
  readonly objects: FleetObjects;
  readonly deletions: FleetDeletions;
  /** Makes the deletion of all of a kind fail. */
  readonly refuseDeletion: (id: string) => Error | undefined;
}

/** What the real registry refuses of a status. */
const STATUS_RULES = new Map(RESOURCES.map((kind) => [resourceId(kind), kind.validateStatusUpdate]));

const attempt = <T>(run: () => T): T | Error => {
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
};

export const fleetRegistry = (parts: Parts): Registry =>
  ({ ...reads(parts.objects), ...writes(parts.objects), ...ends(parts) }) as Partial<Registry> as Registry;

const reads = (objects: FleetObjects): Partial<Registry> => ({
  currentRevision: async () => objects.revision,
  changes: ({ from, resources, signal }) => objects.changes(from, resources, signal),
  definitions: () => RESOURCES,
  find: async (id, namespace, name) => objects.find(id, namespace, name),
  getMany: async (id, keys) => keys.flatMap(({ namespace, name }) => objects.find(id, namespace, name) ?? []),
  list: async (id, { namespace, labels = [], controllerUid, limit = Number.POSITIVE_INFINITY }) => {
    const isOf = (row: StoredObject): boolean =>
      controllerUid === undefined || (controllerOf(decodeObject(row))?.uid ?? '') === controllerUid;
    const all = objects
      .rowsOf(id)
      .filter((row) => namespace === undefined || row.namespace === namespace)
      .filter((row) => matchesLabels(labels, row.labels) && isOf(row));
    const items = all.slice(0, limit);
    return { revision: objects.revision, items, remaining: all.length - items.length };
  },
  listRefs: async (id, { createdBefore = Number.POSITIVE_INFINITY, limit, after }) => {
    const refs = objects.refs().filter(({ resource, createdAt }) => resource === id && !(createdAt >= createdBefore));
    const key = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
    return { revision: objects.revision, items: pageOf(refs, key, after, limit) };
  },
  getScale: async (id, namespace, name) => {
    const { metadata, spec } = decodeObject<Loose>(objects.row(id, namespace, name));
    return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: spec.replicas } };
  },
  dependentsOf: async (uids, { limit, after } = {}) => {
    const refs = objects.refs().filter(({ ownerUids }) => ownerUids.some((owner) => uids.includes(owner)));
    const key = ({ resource, namespace, name }: { resource: string; namespace: string; name: string }) =>
      `${resource}\0${namespace}\0${name}`;
    return pageOf(refs, key, after, limit);
  },
  locate: async (uids) => placesOfUids(objects.rows(), uids),
});

function pageOf<Key>(
  refs: readonly (ObjectRef & Key)[],
  keyOf: (ref: Key) => string,
  after: Key | undefined,
  limit: number | undefined,
): ObjectRef[] {
  return refs
    .filter((ref) => after === undefined || keyOf(ref) > keyOf(after))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, limit);
}

const writes = (objects: FleetObjects): Partial<Registry> => ({
  create: async (id, _, object) => ({
    object: objects.create(id, object as KubeObject),
    warnings: [],
    created: true,
  }),
  createAll: async (id, all) =>
    all.map((object) => attempt(() => ({ object: objects.create(id, object), warnings: [], created: true }))),
  update: async (id, namespace, name, given) => {
    const object = structuredClone(given) as KubeObject;
    const { revision } = objects.row(id, namespace, name);
    if ((object.metadata.resourceVersion ?? String(revision)) !== String(revision)) {
      throw conflict(resourceOf(id), name);
    }
    return { object: objects.put(id, object), warnings: [], created: false };
  },
  modify: async (id, namespace, name, change, options = {}) => {
    const row = objects.find(id, namespace, name);
    if (row === undefined || (options.uid !== undefined && options.uid !== row.uid)) {
      return undefined;
    }
    const object = decodeObject(row);
    return change(object as never) === false ? row : objects.put(id, object);
  },
  updateStatuses: async (id, changes) => changes.map(({ before, after }) => compareAndPut(objects, id, before, after)),
  bindAll: async (bindings) =>
    bindings.map(({ pod, nodeName }) => {
      const object = decodeObject<Loose>(pod);
      object.spec.nodeName = nodeName;
      const { conditions = [] } = object.status ?? {};
      const others = conditions.filter(({ type }: { type: string }) => type !== 'PodScheduled');
      object.status = { ...object.status, conditions: [...others, { type: 'PodScheduled', status: 'True' }] };
      return compareAndPut(objects, 'pods', pod, object);
    }),
  finalizeNamespace: async (name, namespace) => {
    objects.put('namespaces', namespace as KubeObject);
    return { object: objects.find('namespaces', '', name) ?? ({} as StoredObject), warnings: [], created: false };
  },
});

function compareAndPut(
  objects: FleetObjects,
  id: string,
  before: StoredObject,
  after: KubeObject,
): StoredObject | Error {
  const row = objects.find(id, before.namespace, before.name);
  if (row === undefined || row.uid !== before.uid) {
    return notFound(resourceOf(id), before.name);
  }
  const causes = STATUS_RULES.get(id)?.(after, decodeObject(before)) ?? [];
  if (causes.length > 0) {
    return invalid({ group: resourceOf(id).group, kind: after.kind }, before.name, causes);
  }
  return row.revision === before.revision ? objects.put(id, after) : conflict(resourceOf(id), before.name);
}

const ends = ({ objects, deletions, refuseDeletion }: Parts): Partial<Registry> => ({
  delete: async (id, namespace, name, options = {}) => deletions.delete(id, namespace, name, options),
  deleteAll: async (id, all, options = {}) =>
    all.map(({ namespace, name, uid }) =>
      attempt(() => deletions.delete(id, namespace, name, { ...options, preconditions: { uid } }).object),
    ),
  evict: async (namespace, name, options = {}) => deletions.evict(namespace, name, options),
  deleteCollection: async (id, { namespace }) => {
    const refused = refuseDeletion(id);
    if (refused !== undefined) {
      throw refused;
    }
    const items = objects.rowsOf(id).filter((row) => row.namespace === namespace);
    for (const { name } of items) {
      deletions.delete(id, namespace ?? '', name, {});
    }
    return { revision: objects.revision, items };
  },
});
