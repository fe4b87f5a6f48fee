/** Deletes bootstrap tokens when they expire. Source: pkg/controller/bootstrap/tokencleaner.go, 1.34. */
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { deleteWhenDue } from '../delete-when-due.ts';

interface TokenSecret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

function expiryOf(object: KubeObject): number | undefined {
  const { metadata, type, data = {} } = object as TokenSecret;
  const expiration = Buffer.from(data['expiration'] ?? '', 'base64').toString();
  return type !== 'bootstrap.kubernetes.io/token' || metadata.namespace !== 'kube-system'
    ? undefined
    : parseTime(expiration);
}

export const bootstrapTokenController = deleteWhenDue({
  name: 'controller/bootstrap-token',
  resource: 'secrets',
  expiryOf,
});
