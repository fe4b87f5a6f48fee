/** The registry's contract over objects in memory, as far as kubelets use it. */
import { alreadyExists, conflict, notFound } from '../../../src/errors.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { decodeObject, type StoredObject } from '../../../src/storage/stored-object.ts';
import type { KubeObject } from '../../../src/values/object.ts';
import { placesOfUids } from '../places-of-uids.ts';
import type { KubeletObjects } from './kubelet-objects.ts';

const of = (resource: string) => ({ group: '', resource });

/** `beforeModify` may throw. */
export const kubeletRegistry = (objects: KubeletObjects, beforeModify: () => void): Registry =>
  ({ ...reads(objects), ...writes(objects, beforeModify), ...deletions(objects) }) as Partial<Registry> as Registry;

const reads = (objects: KubeletObjects): Partial<Registry> => ({
  find: async (id, namespace, name) => objects.find(id, namespace, name),
  getMany: async (id, keys) => keys.flatMap(({ namespace, name }) => objects.find(id, namespace, name) ?? []),
  locate: async (uids) => placesOfUids(objects.rows(), uids),
  list: async (id, { fields = [], nodeNames }) => {
    const isOn = (row: StoredObject, name: string): boolean => row.body.includes(`"nodeName":"${name}"`);
    const items = objects
      .rows()
      .filter(
        (row) =>
          row.resource === id &&
          fields.every(({ value }) => isOn(row, value)) &&
          (nodeNames?.some((name) => isOn(row, name)) ?? true),
      );
    return { revision: objects.revision, items };
  },
});

function create(objects: KubeletObjects, id: string, object: KubeObject) {
  const { namespace = '', name = '' } = object.metadata;
  return objects.find(id, namespace, name) === undefined
    ? { object: objects.add(id, object), warnings: [], created: true }
    : alreadyExists(of(id), name);
}

const writes = (objects: KubeletObjects, beforeModify: () => void): Partial<Registry> => ({
  create: async (id, _namespace, object) => {
    const written = create(objects, id, object as KubeObject);
    if (written instanceof Error) {
      throw written;
    }
    return written;
  },
  createAll: async (id, all) => all.map((object) => create(objects, id, object)),
  modify: async (id, namespace, name, change, options) => {
    beforeModify();
    const row = objects.find(id, namespace, name);
    if (row === undefined || (options?.uid !== undefined && options.uid !== row.uid)) {
      return undefined;
    }
    const object = decodeObject(row);
    return change(object as never) === false ? row : objects.put(id, object);
  },
  updateStatuses: async (id, changes) =>
    changes.map(({ before, after }) => {
      const row = objects.find(id, before.namespace, before.name);
      if (row === undefined || row.uid !== before.uid) {
        return notFound(of(id), before.name);
      }
      return row.revision === before.revision ? objects.put(id, after) : conflict(of(id), before.name);
    }),
});

const deletions = (objects: KubeletObjects): Partial<Registry> => ({
  delete: async (id, namespace, name, { gracePeriodSeconds = 30, preconditions = {} } = {}) => {
    const row = objects.find(id, namespace, name);
    if (row === undefined) {
      throw notFound(of(id), name);
    }
    if (preconditions.uid !== undefined && preconditions.uid !== row.uid) {
      throw conflict(of(id), name, 'Precondition failed: UID in precondition');
    }
    return objects.delete(row, gracePeriodSeconds);
  },
  deleteAll: async (id, all, { gracePeriodSeconds = 30 } = {}) =>
    all.map(({ namespace, name, uid }) => {
      const row = objects.find(id, namespace, name);
      return row?.uid === uid ? objects.delete(row, gracePeriodSeconds).object : undefined;
    }),
});
