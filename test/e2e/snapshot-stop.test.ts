/** `flotilla snapshot` is told to stop in the midst: it says so, leaves nothing behind, and the older file as it was. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/flotilla.js');

let database: TestDatabase;
let client: pg.Client;
let watcher: pg.Client;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  // Within a transaction pg_stat_activity stands still.
  watcher = new pg.Client(database.url);
  await Promise.all([client.connect(), watcher.connect()]);
  await client.query('INSERT INTO settings (shards) VALUES (1)');
  folder = await mkdtemp(join(tmpdir(), 'flotilla-stop-'));
});
afterAll(async () => {
  await Promise.all([client.end(), watcher.end()]);
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Somebody else has it locked: whoever reads or empties it waits. */
async function whileLocked<T>(table: string, run: () => Promise<T>): Promise<T> {
  await client.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  try {
    return await run();
  } finally {
    await client.query('ROLLBACK');
  }
}

const start = (...args: string[]) =>
  spawn(process.execPath, [PROGRAM, 'snapshot', ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, DATABASE_URL: database.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
const untilItWaits = () =>
  until(async () => {
    const waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    return ((await watcher.query(waiting)).rowCount ?? 0) > 0;
  });

async function stop(
  child: ReturnType<typeof start>,
  signal: 'SIGINT' | 'SIGTERM',
): Promise<[code: number | null, told: string]> {
  const told = text(child.stderr);
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  await untilItWaits();
  child.kill(signal);
  return [await exited, await told];
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('ends a save', async () => {
    const file = join(folder, 'fleet.jsonl.gz');
    await writeFile(file, 'older');
    const ended = await whileLocked('objects', () => stop(start('save', file), signal));
    expect(ended).toEqual([1, `flotilla: Stopped (${signal}): no snapshot is saved\n`]);
    expect([await readFile(file, 'utf8'), await readdir(folder)]).toEqual(['older', ['fleet.jsonl.gz']]);
  });

  it('ends a restore', async () => {
    const file = join(folder, 'fleet.jsonl.gz');
    const saved = start('save', file);
    expect(await new Promise((done) => saved.once('exit', done))).toBe(0);
    const ended = await whileLocked('objects', () => stop(start('restore', file), signal));
    expect(ended).toEqual([1, `flotilla: Stopped (${signal}): nothing is restored\n`]);
    expect((await client.query('SELECT current FROM revisions')).rows).toEqual([
      { current: expect.stringMatching(/^\d$/) },
    ]);
  });
});
