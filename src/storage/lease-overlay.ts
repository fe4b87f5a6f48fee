/**
 * Leases of nodes are renewed as narrow rows (`node_leases`), not as objects. What a reader sees is the object with
 * the row's renewTime and revision laid over it, when the row is the newer of the two.
 */
import type { ResourceId } from './stored-object.ts';

export const LEASES: ResourceId = 'leases.coordination.k8s.io';
export const LEASE_NAMESPACE = 'kube-node-lease';

export const isNodeLease = ({ resource, namespace }: { resource: ResourceId; namespace: string }): boolean =>
  resource === LEASES && namespace === LEASE_NAMESPACE;

/** meta/v1 MicroTime, in SQL. */
export const microTime = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const SPEC = '"spec":{';
/** A key is preceded by an unescaped quote, so no string value can look like this. */
const RENEW_TIME = /"renewTime":(?:"[^"\\]*"|null)/;

/** The body with another renewTime, without a parse: spec is the only object of that name in a Lease. */
export function withRenewTime(body: string, renewTime: string): string {
  const at = body.indexOf(SPEC) + SPEC.length;
  if (at < SPEC.length) {
    return `${body.slice(0, -1)},${SPEC}"renewTime":"${renewTime}"}}`;
  }
  const spec = body.slice(at);
  const field = `"renewTime":"${renewTime}"`;
  if (RENEW_TIME.test(spec)) {
    return body.slice(0, at) + spec.replace(RENEW_TIME, field);
  }
  return `${body.slice(0, at)}${field}${spec.startsWith('}') ? '' : ','}${spec}`;
}

/** `spec.renewTime` of a Lease's body; '' when it has none. */
export function renewTimeOf(body: string): string {
  const { spec } = JSON.parse(body) as { spec?: { renewTime?: unknown } | null };
  return typeof spec?.renewTime === 'string' ? spec.renewTime : '';
}
