/** Statements that waited for a row which another transaction changed meanwhile go by what it is then. */
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../support/until.ts';
import { storageFixture } from './storage-fixture.ts';

const fixture = storageFixture();

/** Begins a transaction with the statement; answers its commit, which waits until someone waits for it. */
async function change(statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: fixture.url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`BEGIN; ${statement}`);
  return async () => {
    await until(async () => {
      const rows = await fixture.sql(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'flotilla work by key' AND wait_event_type = 'Lock'`,
      );
      return rows.length === 1;
    });
    await client.query('COMMIT');
  };
}

it('what is made due again while it is settled stays due, with its note', async () => {
  const { due } = await fixture.open();
  const keys = ['gone', 'later', 'moved'];
  await due.add(keys.map((key) => ({ shard: 's', key })));
  const { lease } = (await due.claim('s', 'me', 60_000, 10))!;
  const commit = await change("UPDATE due SET version = version + 1, attempt = 7 WHERE shard = 's' AND key <> 'moved'");
  const settled = due.settle(
    lease,
    [
      { key: 'later', version: 1, attempt: 1, nextAfterMs: 3_600_000, note: 'seen' },
      { key: 'gone', version: 1, attempt: 1 },
      { key: 'moved', version: 1, attempt: 1, nextAfterMs: 3_600_000 },
    ],
    true,
  );
  await commit();
  await settled;
  const rows = await fixture.sql(
    `SELECT key, at <= now() AS "isDue", attempt, version, note FROM due WHERE shard = 's' ORDER BY key`,
  );
  expect(rows).toEqual([
    { key: 'gone', isDue: true, attempt: 7, version: '2', note: null },
    { key: 'later', isDue: true, attempt: 7, version: '2', note: 'seen' },
    { key: 'moved', isDue: false, attempt: 1, version: '1', note: null },
  ]);
});

it('a state that another has changed meanwhile is refused, and one that went', async () => {
  const { runtimeStates } = await fixture.open();
  const save = (uid: string, expected: string | undefined, state: string | undefined) => ({
    ...{ uid, nodeName: 'n', expected, state },
  });
  const uids = ['changed', 'gone', 'kept', 'same'];
  await runtimeStates.save(
    'sim',
    uids.map((uid) => save(uid, undefined, 'old')),
  );
  const commit = await change(
    `UPDATE runtime_states SET state = 'theirs' WHERE uid = 'changed';
     UPDATE runtime_states SET node_name = 'other' WHERE uid = 'same'; DELETE FROM runtime_states WHERE uid = 'gone'`,
  );
  const saved = runtimeStates.save('sim', [
    ...[save('same', 'old', 'new'), save('kept', 'old', undefined)],
    ...[save('gone', 'old', 'new'), save('changed', 'old', undefined)],
  ]);
  await commit();
  expect((await saved).sort()).toEqual(['changed', 'gone']);
  expect(await runtimeStates.load('sim', uids)).toEqual(
    new Map([
      ['changed', 'theirs'],
      ['same', 'new'],
    ]),
  );
});
