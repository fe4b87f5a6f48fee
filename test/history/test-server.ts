/** A Postgres that a run may kill: embedded, in a folder of its own, always on the same port. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newToken } from '../../src/auth/token-digest.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/storage/embedded/start-embedded-postgres.ts';
import { PostgresTokenStore } from '../../src/storage/postgres-token-store.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { freePort } from '../support/free-port.ts';
import { postmasterPid } from '../support/postmaster.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { execute, makeTemplate, uniqueName, urlOf } from '../support/template-database.ts';

export const NAMESPACES = ['default', 'other'];

export class TestServer {
  /** The bearer token that every database accepts. */
  readonly token: string;
  readonly #home: string;
  readonly #port: number;
  readonly #template: string;
  #postgres: EmbeddedPostgres;

  private constructor(home: string, port: number, postgres: EmbeddedPostgres, template: string, token: string) {
    this.token = token;
    this.#home = home;
    this.#port = port;
    this.#postgres = postgres;
    this.#template = template;
  }

  static async start(): Promise<TestServer> {
    const home = await mkdtemp(join(tmpdir(), 'flotilla-history-'));
    // As root the server runs as another user, who must pass through.
    await chmod(home, 0o711);
    const port = await freePort();
    const postgres = await startEmbeddedPostgres({ home, port, logger: silentLogger, clock: systemClock });
    const { name } = await makeTemplate(postgres.url);
    const { token, digest } = newToken();
    await fillTemplate(urlOf(postgres.url, name), digest);
    return new TestServer(home, port, postgres, name, token);
  }

  /** An empty Flotilla with its namespaces and the token. */
  async createDatabase(): Promise<string> {
    const name = uniqueName('run');
    await execute(this.#postgres.url, `create database ${name} template ${this.#template}`);
    return urlOf(this.#postgres.url, name);
  }

  dropDatabase(url: string): Promise<void> {
    return execute(this.#postgres.url, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  }

  /** kill -9 of the postmaster, then a start that recovers. */
  async crash(): Promise<void> {
    process.kill(await postmasterPid(this.#postgres.dataFolder), 'SIGKILL');
    await this.#postgres.exited;
    await this.#postgres.stop();
    this.#postgres = await startEmbeddedPostgres({
      ...{ home: this.#home, port: this.#port, logger: silentLogger, clock: systemClock },
    });
  }

  async stop(): Promise<void> {
    await this.#postgres.stop();
    await rm(this.#home, { recursive: true, force: true });
  }
}

async function fillTemplate(url: string, digest: Uint8Array): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  await new PostgresTokenStore(pool).put(digest, { username: 'history', groups: ['system:masters'] });
  for (const [index, name] of NAMESPACES.entries()) {
    const body = JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: name } },
      ...{ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    });
    const row = ['namespaces', name, index + 1, body];
    await pool.query(
      `INSERT INTO objects (resource, namespace, name, uid, revision, labels, fields, owner_uids, controller_uid, body)
       VALUES ($1, '', $2, $2, $3, '{}', '{}', '{}', '', $4)`,
      row,
    );
    await pool.query(
      `INSERT INTO change_log (revision, type, resource, namespace, name, uid, labels, fields, body)
       VALUES ($3, 'ADDED', $1, '', $2, $2, '{}', '{}', $4)`,
      row,
    );
  }
  await pool.query('UPDATE revisions SET current = $1', [NAMESPACES.length]);
  await pool.end();
}
