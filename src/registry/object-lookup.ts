/** Objects that every pod which is created may ask for, and which are therefore remembered: its account, its runtime class. */
import type { Toleration } from '../resources/pod/pod-spec.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { decodeObject, type ResourceId } from '../storage/stored-object.ts';
import type { Clock } from '../timing/clock.ts';
import type { KubeObject } from '../values/object.ts';
import { ShortMemory } from './short-memory.ts';

export const ACCOUNTS = 'serviceaccounts';
export const RUNTIME_CLASSES = 'runtimeclasses.node.k8s.io';

export interface ServiceAccount extends KubeObject {
  imagePullSecrets?: readonly { readonly name?: string }[];
}
export interface RuntimeClass extends KubeObject {
  overhead?: { readonly podFixed?: Readonly<Record<string, string>> };
  scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
  };
}

export interface ObjectLookup<T extends KubeObject> {
  /** At once where it is remembered; `undefined`: there is none. `again`: reads once more before it says so. */
  find(namespace: string, name: string, again?: boolean): T | undefined | Promise<T | undefined>;
  forget(namespace: string, name: string): void;
}

export function createObjectLookup<T extends KubeObject>(
  objects: ObjectStore,
  clock: Clock,
  resource: ResourceId,
): ObjectLookup<T> {
  const memory = new ShortMemory<T | undefined>({
    clock,
    async read(key) {
      const [namespace = '', name = ''] = key.split('/');
      const stored = await objects.get(resource, namespace, name);
      return stored === undefined ? undefined : decodeObject<T>(stored);
    },
  });
  return {
    find: (namespace, name, again = false) =>
      memory.find(`${namespace}/${name}`, (object) => object !== undefined || !again),
    forget: (namespace, name) => memory.forget(`${namespace}/${name}`),
  };
}
