/** Do the names in the body agree with those of the request? Source: apiserver's rest/create.go, handlers/rest.go. */
import { badRequest } from '../errors.ts';
import type { ObjectMeta } from '../values/object.ts';
import type { Kind } from './context.ts';

/** Takes the namespace from the request; a cluster-scoped object loses a stray one. */
export function settleNamespace(kind: Kind, metadata: ObjectMeta, namespace: string): void {
  if (!kind.definition.namespaced) {
    delete metadata.namespace;
    return;
  }
  if ((metadata.namespace ?? '') !== '' && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  metadata.namespace = namespace;
}

export function checkName(metadata: ObjectMeta, name: string): void {
  const given = metadata.name ?? '';
  if (given === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (given !== name) {
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  }
}
