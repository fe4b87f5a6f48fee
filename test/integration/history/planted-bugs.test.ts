import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../history/check-history.ts';
import { composeReplica } from '../../history/compose-replica.ts';
import type { Violation } from '../../history/history.ts';
import {
  type Plant,
  plantEarlyProgress,
  plantEarlyPublish,
  plantSequence,
  plantSkip,
} from '../../history/planted-bugs.ts';
import { recordHistory } from '../../history/record-history.ts';
import { freePort } from '../../support/free-port.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { useTestServer } from './use-test-server.ts';

const LOAD_MS = 1_000;
const LIMIT_MS = 180_000;
/** A planted race shows itself in most recordings, not in each. What must not be found gets one try. */
const TRIES = { retry: 5 };

const world = useTestServer();

/** What the checker says of two replicas in this process whose stores have the bug, without any fault. */
async function rulesBroken(plant: (pool: pg.Pool) => Promise<Plant>): Promise<Set<Violation['rule']>> {
  const { server, tls } = world();
  const databaseUrl = await server.createDatabase();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 16 });
  const planted = await plant(pool);
  const start = async (name: string, port: number) => {
    const options = { url: databaseUrl, port, poolSize: 8, seed: 1, tlsFolder: tls.folder };
    return { name, origin: `https://127.0.0.1:${port}`, ...(await composeReplica(options, silentLogger, planted)) };
  };
  const replicas = [await start('a', await freePort()), await start('b', await freePort())];
  try {
    const history = await recordHistory({
      ...{ seed: 1, databaseUrl, replicas, token: server.token, ca: tls.ca, disturb: () => sleep(LOAD_MS) },
      quietMs: 2_000,
    });
    return new Set(checkHistory(history).map(({ rule }) => rule));
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()));
    await pool.end();
    await server.dropDatabase(databaseUrl);
  }
}

describe('the checker finds', { timeout: LIMIT_MS }, () => {
  it('nothing in the real store', async () => {
    expect(await rulesBroken(async () => (store) => store)).toEqual(new Set());
  });
  it('revisions from a sequence: a list at a revision lacks an earlier one that commits later', TRIES, async () => {
    expect(await rulesBroken((pool) => plantSequence(pool))).toContain('snapshot');
  });
  it('a feed that skips a change', TRIES, async () => {
    const rules = await rulesBroken(async () => plantSkip);
    expect(rules).toContain('watch');
    expect(rules).toContain('final-state');
  });
  it('a change that is published before its commit', TRIES, async () => {
    expect(await rulesBroken(async () => plantEarlyPublish)).toContain('real-time');
  });
  it('a bookmark ahead of changes that were not delivered', TRIES, async () => {
    expect(await rulesBroken(async () => plantEarlyProgress)).toContain('bookmark');
  });
});
