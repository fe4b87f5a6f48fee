/** What kubelets and controllers do by keys reads the rows of these keys, though PostgreSQL believes the tables empty. */
import pg from 'pg';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { clientConfig, INDEX_ONLY } from '../../../src/storage/connection.ts';
import type { Queries } from '../../../src/storage/lanes.ts';
import { PostgresDueStore } from '../../../src/storage/postgres-due-store.ts';
import { PostgresRuntimeStates } from '../../../src/storage/postgres-runtime-states.ts';
import { storageFixture } from './storage-fixture.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const ROWS = 5_000;
const KEYS = ['key-17', 'key-170', 'key-1700'];
/** Of three keys, with all that a statement does to them; the joins of before read 5,000. */
const FEW = 20;

const fixture = storageFixture();
beforeAll(async () => {
  await fixture.open();
  // As after a burst: the statistics are those of before it.
  await fixture.sql('ALTER TABLE due SET (autovacuum_enabled = false)');
  await fixture.sql('ALTER TABLE runtime_states SET (autovacuum_enabled = false)');
  await fixture.sql('ANALYZE due, runtime_states, shard_owners');
  await fixture.sql(
    `INSERT INTO due (shard, key, at) SELECT 'kubelet/0', 'key-' || i, now() + i * interval '1 minute'
     FROM generate_series(1, $1::int) i`,
    [ROWS],
  );
  await fixture.sql(
    `INSERT INTO runtime_states (runtime, uid, node_name, state) SELECT 'sim', 'key-' || i, 'n' || i, 'old'
     FROM generate_series(1, $1::int) i`,
    [ROWS],
  );
});

const readBy = (node: PlanNode): number =>
  Math.max(
    node['Actual Loops'] *
      (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0)),
    ...(node.Plans ?? []).map(readBy),
  );

/** Runs statements and answers how many rows the busiest part of any of them has read. */
async function explaining(): Promise<{ readonly queries: Queries; readonly most: () => number }> {
  const client = new pg.Client(clientConfig(fixture.url, 'test', INDEX_ONLY));
  await client.connect();
  onTestFinished(() => client.end());
  let most = 0;
  const queries: Queries = {
    async query({ text, values }) {
      await client.query('BEGIN');
      const result = await client.query(text, values);
      await client.query('ROLLBACK');
      const { rows } = await client.query(`EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) ${text}`, values);
      most = Math.max(most, readBy(rows[0]['QUERY PLAN'][0].Plan));
      return result;
    },
  };
  return { queries, most: () => most };
}

it('what is due is settled, and found', async () => {
  const { queries, most } = await explaining();
  const due = new PostgresDueStore(queries);
  const work = await due.claim('kubelet/0', 'me', 60_000, 10);
  const keys = KEYS.map((key) => ({ key, version: 1, attempt: 1 }));
  const [first, ...others] = keys.map((key, i) => (i === 0 ? key : { ...key, nextAfterMs: 1_000, note: 'waits' }));
  await due.settle(
    work?.lease ?? { shard: '', holder: '', epoch: 0 },
    first === undefined ? [] : [first, ...others],
    true,
  );
  const left = await fixture.sql('SELECT key, note FROM due WHERE key = ANY ($1::text[]) ORDER BY key', [KEYS]);
  expect(left).toEqual(KEYS.slice(1).map((key) => ({ key, note: 'waits' })));
  expect(await due.dueShards(60_000)).toEqual(['kubelet/0']);
  expect(most()).toBeLessThan(FEW);
});

it('states of runtimes are read, compared and set', async () => {
  const { queries, most } = await explaining();
  const states = new PostgresRuntimeStates(queries);
  expect((await states.load('sim', KEYS)).size).toBe(3);
  expect([...(await states.loadByNodes('sim', ['n17'])).keys()]).toEqual(['key-17']);
  const change = (uid: string, state: string | undefined) => ({ uid, nodeName: 'n', expected: 'old', state });
  await states.save('sim', [change('key-17', undefined), change('key-170', 'new'), change('key-1700', 'new')]);
  expect(await fixture.sql("SELECT uid, state FROM runtime_states WHERE state <> 'old' ORDER BY uid")).toEqual([
    { uid: 'key-170', state: 'new' },
    { uid: 'key-1700', state: 'new' },
  ]);
  expect(most()).toBeLessThan(FEW);
});
