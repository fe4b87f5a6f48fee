/**
 * Heartbeats of nodes (the NodeLeases contract of registry/). A renewal touches only narrow rows, by shard: 170,000 to
 * 380,000 rows/s, where renewing by a list of keys gave 80,000 to 180,000. It takes the counter's lock first, as every
 * writer does, so a compare-and-set of a Lease sees each renewal either whole or not at all.
 */
import type { ClientBase, Pool, PoolClient } from 'pg';
import { textArray } from './binary-array.ts';
import { cleanText } from './clean-text.ts';
import { isMissingPartition } from './feed/log-partitions.ts';
import { LEASE_NAMESPACE, LEASES } from './lease-overlay.ts';
import { outcomeUnknown } from './postgres-errors.ts';

export class PostgresNodeLeases {
  readonly #pool: Pool;
  /** Called after each renewal's commit. */
  readonly #onRenewed: (revision: number, shard: string) => void;
  /** Makes room in the change log, see `feed/log-partitions.ts`. */
  readonly #extendLog: () => Promise<void>;

  constructor(pool: Pool, onRenewed: (revision: number, shard: string) => void, extendLog: () => Promise<void>) {
    this.#pool = pool;
    this.#onRenewed = onRenewed;
    this.#extendLog = extendLog;
  }

  async adopt(shard: string, nodeNames: readonly string[]): Promise<void> {
    await this.#pool.query({
      name: 'adopt-leases',
      text: `UPDATE node_leases SET shard = $1
             WHERE node_name = ANY ($2::text[]) AND shard IS DISTINCT FROM $1`,
      values: [shard, namesArray(nodeNames)],
    });
  }

  async renewShard(shard: string, minAgeMs: number): Promise<number> {
    if (!(await this.#isDue(shard, minAgeMs))) {
      return 0;
    }
    try {
      return await this.#renew(shard, minAgeMs);
    } catch (error) {
      if (!isMissingPartition(error)) {
        throw error;
      }
      await this.#extendLog();
      return this.#renew(shard, minAgeMs);
    }
  }

  async #renew(shard: string, minAgeMs: number): Promise<number> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const { renewed, revision } = await renew(client, shard, minAgeMs);
      if (renewed === 0) {
        // Someone else was faster: no revision is spent on nothing.
        await client.query('ROLLBACK');
      } else {
        await client.query('COMMIT').catch((error: unknown) => {
          throw outcomeUnknown(error);
        });
        this.#onRenewed(revision, shard);
      }
      client.release();
      return renewed;
    } catch (error) {
      await abandon(client);
      throw error;
    }
  }

  /** Without a lock, so that a repeated job costs the writers nothing. */
  async #isDue(shard: string, minAgeMs: number): Promise<boolean> {
    const { rows } = await this.#pool.query<{ due: boolean }>({
      name: 'is-renewal-due',
      text: `SELECT EXISTS (SELECT FROM node_leases WHERE shard = $1 AND ${DUE}) AS due`,
      values: [shard, minAgeMs],
    });
    return rows[0]?.due === true;
  }

  async setSuspended(nodeNames: readonly string[], suspended: boolean): Promise<void> {
    await this.#pool.query({
      name: 'suspend-leases',
      text: 'UPDATE node_leases SET suspended = $1 WHERE node_name = ANY ($2::text[]) AND suspended <> $1',
      values: [suspended, namesArray(nodeNames)],
    });
  }

  async ages(nodeNames: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.#pool.query<{ name: string; age: number }>({
      name: 'lease-ages',
      text: `SELECT node_name AS name, ${AGE_MS} AS age FROM node_leases WHERE node_name = ANY ($1::text[])`,
      values: [namesArray(nodeNames)],
    });
    return new Map(rows.map(({ name, age }) => [name, age]));
  }

  /** A scan: 100,000 narrow rows take 10 ms, and an index on the time would end HOT updates. */
  async olderThan(ms: number): Promise<{ nodeName: string; ageMs: number }[]> {
    const { rows } = await this.#pool.query<{ nodeName: string; ageMs: number }>({
      name: 'old-leases',
      text: `SELECT node_name AS "nodeName", ${AGE_MS} AS "ageMs" FROM node_leases
             WHERE renew_time < now() - $1::float8 * interval '1 millisecond'`,
      values: [ms],
    });
    return rows;
  }

  async shards(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ shard: string }>({
      name: 'lease-shards',
      text: 'SELECT DISTINCT shard FROM node_leases WHERE shard IS NOT NULL ORDER BY shard',
    });
    return rows.map(({ shard }) => shard);
  }
}

const AGE_MS = '(extract(epoch FROM now() - renew_time) * 1000)::float8';
const DUE = "NOT suspended AND renew_time <= now() - $2::float8 * interval '1 millisecond'";
const namesArray = (names: readonly string[]): Buffer => textArray(names.map(cleanText));

/** One statement, one revision, one entry in the change log. Every time in it is the transaction's start. */
async function renew(
  client: ClientBase,
  shard: string,
  minAgeMs: number,
): Promise<{ renewed: number; revision: number }> {
  const { rows } = await client.query<{ renewed: number; revision: number }>({
    name: 'renew-shard',
    text: `WITH counter AS (
             UPDATE revisions SET current = current + 1 RETURNING current
           ), logged AS (
             INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body)
             SELECT current, 'RENEWED', '${LEASES}', '${LEASE_NAMESPACE}', $1, '', '{}', '{}', '' FROM counter
             RETURNING revision
           ), renewed AS (
             UPDATE node_leases SET renew_time = now(), revision = logged.revision FROM logged
             WHERE shard = $1 AND ${DUE}
             RETURNING 1
           )
           SELECT (SELECT count(*) FROM renewed) AS renewed, (SELECT revision FROM logged) AS revision`,
    values: [shard, minAgeMs],
  });
  return rows[0] ?? { renewed: 0, revision: 0 };
}

async function abandon(client: PoolClient): Promise<void> {
  const failure = await client.query('ROLLBACK').then(
    () => undefined,
    (error: Error) => error,
  );
  client.release(failure);
}
