/**
 * The statements of a group commit, one a function; all arrays binary. They run on a connection whose planner may use
 * index look-ups only (see `WRITER_SETTINGS`): a plan cached while a table was empty would scan it for ever.
 */
import type { ClientBase, QueryResult } from 'pg';
import { arrayLiteral, bigintArray, textArray } from '../binary-array.ts';
import { isNodeLease, LEASE_NAMESPACE, LEASES, microTime, renewTimeOf } from '../lease-overlay.ts';
import type { Change, Fence, Write } from '../object-store.ts';
import type { AcceptedWrite } from './decide-writes.ts';

export const WRITER_SETTINGS = [
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
];

/** Which fences still hold, by position. The row locks keep takeovers out until the commit. */
export async function lockFences(client: ClientBase, fences: readonly Fence[]): Promise<number[]> {
  const { rows } = await client.query<{ at: number }>({
    name: 'lock-fences',
    text: `SELECT f.ord - 1 AS at
           FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS f (shard, holder, epoch, ord)
           JOIN shard_owners o ON o.shard = f.shard AND o.holder = f.holder AND o.epoch = f.epoch
           ORDER BY o.shard FOR SHARE OF o`,
    values: [
      textArray(fences.map(({ shard }) => shard)),
      textArray(fences.map(({ holder }) => holder)),
      bigintArray(fences.map(({ epoch }) => epoch)),
    ],
  });
  return rows.map(({ at }) => at);
}

/** From here to the commit this transaction is the only writer of objects, leases and the change log. */
export async function lockCounter(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ current: number }>({
    name: 'lock-counter',
    text: 'SELECT current FROM revisions FOR NO KEY UPDATE',
  });
  return rows[0]?.current ?? 0;
}

interface CurrentRow {
  readonly at: number;
  readonly uid: string;
  readonly revision: number;
}
/** A statement after `lockCounter` has a snapshot that sees every commit before it. */
export async function readCurrent(client: ClientBase, writes: readonly Write[]): Promise<CurrentRow[]> {
  const overlay = writes.some(isNodeLease);
  const { rows } = await client.query<CurrentRow>({
    name: overlay ? 'read-current-leases' : 'read-current',
    text: `SELECT k.ord - 1 AS at, o.uid, ${overlay ? 'greatest(o.revision, l.revision)' : 'o.revision'} AS revision
           FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS k (resource, namespace, name, ord)
           JOIN objects o ON o.resource = k.resource AND o.namespace = k.namespace AND o.name = k.name
           ${overlay ? `LEFT JOIN node_leases l ON o.resource = '${LEASES}' AND o.namespace = '${LEASE_NAMESPACE}' AND l.node_name = o.name` : ''}`,
    values: keyArrays(writes),
  });
  return rows;
}

const keyArrays = (writes: readonly Pick<Write, 'resource' | 'namespace' | 'name'>[]): Buffer[] => [
  textArray(writes.map(({ resource }) => resource)),
  textArray(writes.map(({ namespace }) => namespace)),
  textArray(writes.map(({ name }) => name)),
];

const APPLY = `
  WITH input AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[],
      $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[])
      AS i (resource, namespace, name, type, revision, uid, labels, fields, owner_uids, controller_uid, body,
        previous_labels, previous_fields)
  ), inserted AS (
    INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
    SELECT resource, namespace, name, uid, revision, labels::jsonb, fields::jsonb, owner_uids::text[], controller_uid,
      body FROM input WHERE type = 'ADDED'
  ), updated AS (
    UPDATE objects o SET uid = i.uid, revision = i.revision, labels = i.labels::jsonb, fields = i.fields::jsonb,
      owner_uids = i.owner_uids::text[], controller_uid = i.controller_uid, body = i.body
    FROM input i
    WHERE i.type = 'MODIFIED' AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name
  ), deleted AS (
    DELETE FROM objects o USING input i
    WHERE i.type = 'DELETED' AND o.resource = i.resource AND o.namespace = i.namespace AND o.name = i.name
  ), logged AS (
    INSERT INTO change_log
      (revision, type, resource, namespace, name, uid, labels, fields, previous_labels, previous_fields, body)
    SELECT revision, type, resource, namespace, name, uid, labels::jsonb, fields::jsonb, previous_labels::jsonb,
      previous_fields::jsonb, body FROM input
  )
  UPDATE revisions SET current = $14`;

const jsonOrNull = (value: object | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** Rows, change-log entries and the counter, in one statement. */
export function applyWrites(
  client: ClientBase,
  accepted: readonly AcceptedWrite[],
  changes: readonly Change[],
): Promise<QueryResult> {
  const writes = accepted.map(({ write }) => write);
  return client.query({
    name: 'apply-writes',
    text: APPLY,
    values: [
      ...keyArrays(writes),
      textArray(accepted.map(({ type }) => type)),
      bigintArray(accepted.map(({ revision }) => revision)),
      textArray(writes.map(({ uid }) => uid)),
      textArray(writes.map(({ labels }) => JSON.stringify(labels))),
      textArray(writes.map(({ fields }) => JSON.stringify(fields))),
      textArray(writes.map(({ ownerUids }) => arrayLiteral(ownerUids))),
      textArray(writes.map(({ controllerUid }) => controllerUid)),
      textArray(writes.map(({ body }) => body)),
      textArray(changes.map(({ previous }) => jsonOrNull(previous?.labels))),
      textArray(changes.map(({ previous }) => jsonOrNull(previous?.fields))),
      accepted.at(-1)?.revision,
    ],
  });
}

/**
 * Keeps a heartbeat row for each Lease of a node. A written renewTime that is new counts as a renewal at the
 * database's time, however wrong the writer's clock is; writing back the time that was read does not.
 */
export function saveNodeLeases(client: ClientBase, leases: readonly Write[]): Promise<QueryResult> {
  return client.query({
    name: 'save-node-leases',
    text: `INSERT INTO node_leases AS l (node_name, renew_time, written_time)
           SELECT name, now(), written FROM unnest($1::text[], $2::text[]) AS i (name, written) ORDER BY name
           ON CONFLICT (node_name) DO UPDATE SET written_time = excluded.written_time, renew_time =
             CASE WHEN excluded.written_time IN (l.written_time, ${microTime('l.renew_time')})
             THEN l.renew_time ELSE now() END`,
    values: [textArray(leases.map(({ name }) => name)), textArray(leases.map(({ body }) => renewTimeOf(body)))],
  });
}

export function deleteNodeLeases(client: ClientBase, nodeNames: readonly string[]): Promise<QueryResult> {
  return client.query({
    name: 'delete-node-leases',
    text: 'DELETE FROM node_leases WHERE node_name = ANY ($1::text[])',
    values: [textArray(nodeNames)],
  });
}
