/** Due keys of namespaced objects: `namespace/name`. */
import type { KubeObject, ObjectKey } from '../values/object.ts';

export const namespacedKey = ({ metadata }: Pick<KubeObject, 'metadata'>): string =>
  `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

export function parseKey(key: string): ObjectKey {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

/** `orphans//<namespace>`: an object without a controller changed; whoever selects it may adopt it. No object has this key: a slash is in no namespace. */
const ORPHANS = 'orphans//';
export const orphansKey = (namespace: string): string => `${ORPHANS}${namespace}`;
export const orphansNamespace = (key: string): string | undefined =>
  key.startsWith(ORPHANS) ? key.slice(ORPHANS.length) : undefined;

/** `pods//<namespace>`: pods of a namespace changed in a way that counts for whoever selects them by labels. */
const PODS = 'pods//';
export const podsKey = (namespace: string): string => `${PODS}${namespace}`;
export const podsNamespace = (key: string): string | undefined =>
  key.startsWith(PODS) ? key.slice(PODS.length) : undefined;
