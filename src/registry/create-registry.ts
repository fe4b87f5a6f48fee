/**
 * registry/: the generic store over the table of kinds. It checks, completes and commits every write in one fixed hook
 * order (`hook-order.ts`), and answers reads, lists and watches. One verb or concern a file; this one only composes.
 * May import resources, storage contracts, values, timing, errors. Never speaks HTTP, never knows a concrete kind
 * beyond pods' binding and eviction and namespaces' life cycle, never keeps state that Postgres does not have.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { noSuchResource } from '../errors.ts';
import type { ResourceDefinition } from '../resources/define-resource.ts';
import type { ChangeFeed, ObjectStore } from '../storage/object-store.ts';
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';
import { bind, bindAll } from './bind.ts';
import { type RegistryContext, type ShardDoorbell, tableOfKinds } from './context.ts';
import { create } from './create.ts';
import { createAll } from './create-all.ts';
import { createAllSent } from './create-all-sent.ts';
import { createDefaultPriority } from './default-priority.ts';
import { DEFAULT_TOLERATION_SECONDS, type DefaultTolerationSeconds } from './default-tolerations.ts';
import { deleteObject } from './delete.ts';
import { deleteAll } from './delete-all.ts';
import { deleteCollection } from './delete-collection.ts';
import type { Elsewhere } from './elsewhere.ts';
import { createEvict } from './evict.ts';
import { formsOf } from './forms/convert.ts';
import { throughForms } from './forms/form-store.ts';
import { list, listStream } from './list.ts';
import { createLookups } from './lookups.ts';
import { modify } from './modify.ts';
import { patch } from './patch.ts';
import { find, get, getMany, listRefs } from './read.ts';
import type { Registry, Trigger } from './registry.ts';
import { getScale, updateScale } from './scale.ts';
import { beginTransaction } from './transaction.ts';
import { update } from './update.ts';
import { updateStatuses } from './update-statuses.ts';
import { watch } from './watch.ts';
import { watchKinds } from './watch-kinds.ts';

export interface RegistryOptions {
  readonly objects: ObjectStore;
  readonly feed: ChangeFeed;
  readonly resources: readonly ResourceDefinition[];
  readonly triggers: readonly Trigger[];
  readonly doorbell: ShardDoorbell;
  readonly clock: Clock;
  readonly elsewhere?: Elsewhere;
  /** Draws generated names and retry waits. Default: Math.random. */
  readonly random?: Random;
  /** Default: random UUIDs. */
  readonly newUid?: () => string;
  /** Of pods that say nothing about failing nodes. Default: 300 s. */
  readonly tolerationSeconds?: DefaultTolerationSeconds;
  /** Of the database, the same for all replicas. Default: a random one, whose tokens no other process takes. */
  readonly continueKey?: Uint8Array;
}

function createContext(options: RegistryOptions): RegistryContext {
  const { doorbell, clock, elsewhere } = options;
  const { objects, feed } = throughForms(options, formsOf(options.resources));
  return {
    ...(elsewhere === undefined ? {} : { elsewhere }),
    objects,
    feed,
    doorbell,
    clock,
    kinds: tableOfKinds(options.resources, options.triggers),
    random: options.random ?? { next: Math.random },
    newUid: options.newUid ?? randomUUID,
    ...createLookups(objects, clock),
    defaultPriority: createDefaultPriority(objects, clock),
    tolerationSeconds: options.tolerationSeconds ?? DEFAULT_TOLERATION_SECONDS,
    continueKey: options.continueKey ?? randomBytes(32),
  };
}

export const createRegistry = (options: RegistryOptions): Registry =>
  registryOf(createContext(options), options.resources);

/**
 * Two of one process that share what they remember, which is read as by requests. `requests`: reads through `objects`,
 * `work`: through `workObjects`.
 */
export function createRegistries(
  options: RegistryOptions & { readonly workObjects: ObjectStore },
): Readonly<Record<'requests' | 'work', Registry>> {
  const context = createContext(options);
  const { objects } = throughForms({ ...options, objects: options.workObjects }, formsOf(options.resources));
  return {
    requests: registryOf(context, options.resources),
    work: registryOf({ ...context, objects }, options.resources),
  };
}

function registryOf(context: RegistryContext, resources: readonly ResourceDefinition[]): Registry {
  return {
    definition(group, plural) {
      const found = resources.find((kind) => kind.group === group && kind.plural === plural);
      if (found === undefined) {
        throw noSuchResource();
      }
      return found;
    },
    definitions: () => resources,
    create: (...args) => create(context, ...args),
    createAll: (...args) => createAll(context, ...args),
    createAllSent: (...args) => createAllSent(context, ...args),
    beginTransaction: () => beginTransaction(context),
    get: (...args) => get(context, ...args),
    find: (...args) => find(context, ...args),
    getMany: (...args) => getMany(context, ...args),
    list: (...args) => list(context, ...args),
    listStream: (...args) => listStream(context, ...args),
    listRefs: (...args) => listRefs(context, ...args),
    update: (...args) => update(context, ...args),
    updateStatus: (id, namespace, name, object, write = {}) =>
      update(context, id, namespace, name, object, write, 'status'),
    updatePart: (id, namespace, name, part, object, write = {}) =>
      update(context, id, namespace, name, object, write, part),
    finalizeNamespace: (name, namespace, write = {}) =>
      update(context, 'namespaces', '', name, namespace, write, 'finalize'),
    patch: (id, namespace, name, type, body, write = {}) =>
      patch(context, id, namespace, name, { type, patch: body, options: write }),
    modify: (...args) => modify(context, ...args),
    updateStatuses: (...args) => updateStatuses(context, ...args),
    delete: (...args) => deleteObject(context, ...args),
    deleteAll: (...args) => deleteAll(context, ...args),
    deleteCollection: (...args) => deleteCollection(context, ...args),
    evict: createEvict(context),
    getScale: (...args) => getScale(context, ...args),
    updateScale: (...args) => updateScale(context, ...args),
    bind: (...args) => bind(context, ...args),
    bindAll: (...args) => bindAll(context, ...args),
    dependentsOf: (uids, page) => context.objects.dependentsOf(uids, page),
    locate: (uids) => context.objects.locate(uids),
    watch: (...args) => watch(context, ...args),
    watchKinds: (...args) => watchKinds(context, ...args),
    changes: (feedOptions) => context.feed.changes(feedOptions),
    currentRevision: () => context.objects.currentRevision(),
  };
}
