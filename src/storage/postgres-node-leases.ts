/**
 * Heartbeats of nodes (the NodeLeases contract of registry/). A renewal touches only narrow rows, by shard: 170,000 to
 * 380,000 rows/s, where renewing by a list of keys gave 80,000 to 180,000. It takes the counter's lock first, as every
 * writer does, so a compare-and-set of a Lease sees each renewal either whole or not at all.
 */
import { textArray } from './binary-array.ts';
import { cleanText } from './clean-text.ts';
import { isMissingPartition } from './feed/log-partitions.ts';
import type { Queries } from './lanes.ts';
import { isRolledBack, outcomeUnknown } from './postgres-errors.ts';

export class PostgresNodeLeases {
  readonly #work: Queries;
  readonly #origin: string;
  /** Called after each renewal's commit. */
  readonly #onRenewed: (revision: number, shard: string) => void;
  /** Makes room in the change log, see `feed/log-partitions.ts`. */
  readonly #extendLog: () => Promise<void>;

  constructor(
    work: Queries,
    origin: string,
    onRenewed: (revision: number, shard: string) => void,
    extendLog: () => Promise<void>,
  ) {
    this.#work = work;
    this.#origin = origin;
    this.#onRenewed = onRenewed;
    this.#extendLog = extendLog;
  }

  async adopt(shard: string, nodeNames: readonly string[]): Promise<void> {
    await this.#work.query({
      name: 'adopt-leases',
      text: `UPDATE node_leases SET shard = $1
             WHERE node_name = ANY ($2::text[]) AND shard IS DISTINCT FROM $1`,
      values: [shard, namesArray(nodeNames)],
    });
  }

  async renewShard(shard: string, minAgeMs: number): Promise<number> {
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
    const statement = {
      name: 'renew-leases',
      text: 'SELECT * FROM renew_leases($1, $2, $3)',
      values: [shard, minAgeMs, this.#origin],
    };
    const { rows } = await this.#work
      .query<{ renewed: number; renewal: number | null }>(statement)
      .catch((error: unknown) => {
        throw isRolledBack(error) ? error : outcomeUnknown(error);
      });
    const { renewed = 0, renewal = null } = rows[0] ?? {};
    if (renewal !== null) {
      this.#onRenewed(renewal, shard);
    }
    return renewed;
  }

  async setSuspended(nodeNames: readonly string[], suspended: boolean): Promise<void> {
    await this.#work.query({
      name: 'suspend-leases',
      text: 'UPDATE node_leases SET suspended = $1 WHERE node_name = ANY ($2::text[]) AND suspended <> $1',
      values: [suspended, namesArray(nodeNames)],
    });
  }

  async ages(nodeNames: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await this.#work.query<{ name: string; age: number }>({
      name: 'lease-ages',
      text: `SELECT node_name AS name, ${AGE_MS} AS age FROM node_leases WHERE node_name = ANY ($1::text[])`,
      values: [namesArray(nodeNames)],
    });
    return new Map(rows.map(({ name, age }) => [name, age]));
  }

  /** A scan: 100,000 narrow rows take 10 ms, and an index on the time would end HOT updates. */
  async olderThan(ms: number): Promise<{ nodeName: string; ageMs: number }[]> {
    const { rows } = await this.#work.query<{ nodeName: string; ageMs: number }>({
      name: 'old-leases',
      text: `SELECT node_name AS "nodeName", ${AGE_MS} AS "ageMs" FROM node_leases
             WHERE renew_time < now() - $1::float8 * interval '1 millisecond'`,
      values: [ms],
    });
    return rows;
  }

  async shards(): Promise<string[]> {
    const { rows } = await this.#work.query<{ shard: string }>({
      name: 'lease-shards',
      text: 'SELECT DISTINCT shard FROM node_leases WHERE shard IS NOT NULL ORDER BY shard',
    });
    return rows.map(({ shard }) => shard);
  }
}

const AGE_MS = '(extract(epoch FROM now() - renew_time) * 1000)::float8';
const namesArray = (names: readonly string[]): Buffer => textArray(names.map(cleanText));
