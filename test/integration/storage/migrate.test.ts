import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { StartupError } from '../../../src/errors.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { seededRandom } from '../../../src/timing/random.ts';
import { freePort } from '../../support/free-port.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { execute, uniqueName, urlOf } from '../../support/template-database.ts';

const options = { logger: silentLogger, clock: systemClock, random: seededRandom(2) };
const PASSWORD = 'hunter2-secret';

describe('migrate', () => {
  const server = inject('databaseServer');
  const name = uniqueName('fresh');
  const url = urlOf(server, name);
  beforeAll(() => execute(server, `create database ${name}`));
  afterAll(() => execute(server, `drop database ${name} with (force)`));

  it('lets any number of processes start at once, and is done when it is done', async () => {
    await Promise.all(Array.from({ length: 5 }, () => migrate(url, options)));
    await migrate(url, options);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query('SELECT current, compacted FROM revisions');
    await client.end();
    expect(rows).toEqual([{ current: '0', compacted: '0' }]);
  });

  const failure = async (of: string): Promise<Error> => {
    const error = await migrate(of, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StartupError);
    expect((error as Error).message).not.toContain(PASSWORD);
    expect((error as Error).message).not.toContain('\n');
    return error as Error;
  };

  it('names what to mend when there is no server, no database, or no sense in the URL', async () => {
    const port = await freePort();
    expect((await failure(`postgres://me:${PASSWORD}@127.0.0.1:${port}/db`)).message).toBe(
      `DATABASE_URL postgres://me@127.0.0.1:${port}/db: it cannot be reached (connect ECONNREFUSED 127.0.0.1:${port}); ` +
        'start the server or unset DATABASE_URL to use the embedded one',
    );
    expect((await failure(urlOf(server, 'no_such_database'))).message).toContain('createdb no_such_database');
    expect((await failure(`postgres://me:${PASSWORD}@[bad/db`)).message).toContain('is not a valid URL');
  });

  /** The server's URL for a user and a database made for one test. */
  const asUser = async (run: (as: URL, user: string, database: string) => Promise<void>): Promise<void> => {
    const user = uniqueName('guest');
    const database = uniqueName('guests');
    await execute(server, `create role ${user} login password '${PASSWORD}'`);
    await execute(server, `create database ${database} owner ${user}`);
    const as = new URL(urlOf(server, database));
    as.username = user;
    as.password = PASSWORD;
    try {
      await run(as, user, database);
    } finally {
      await execute(server, `drop database ${database} with (force)`);
      await execute(server, `drop role ${user}`);
    }
  };

  it('names what to mend when the server lets nobody in', () =>
    asUser(async (as, user, database) => {
      const because = async (sql: string): Promise<string> => {
        await execute(server, sql);
        return (await failure(as.href)).message;
      };
      expect(await because(`revoke connect on database ${database} from public, ${user}`)).toContain(
        `GRANT CONNECT ON DATABASE "${database}" TO "${user}"`,
      );
      await execute(server, `grant connect on database ${database} to ${user}`);
      expect(await because(`alter role ${user} connection limit 0`)).toContain('raise its max_connections');
      await execute(server, `alter role ${user} connection limit -1`);
      expect(await because(`alter database ${database} set default_transaction_read_only = on`)).toContain(
        `"${database}" is read-only`,
      );
      as.password = `not-${PASSWORD}`;
      expect(await because(`alter role ${user} login`)).toContain('the server refuses the user or the password');
      as.password = '';
      expect((await failure(as.href)).message).toContain('the server asks for a password');
    }));

  it('names what to mend when the server has no TLS and the URL asks for it', async () => {
    const url = new URL(urlOf(server, name));
    url.searchParams.set('sslmode', 'verify-full');
    expect((await failure(url.href)).message).toContain('takes no encrypted connections; remove sslmode');
  });

  it('gives up at once when the start is abandoned, also on a server that says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const stop = new AbortController();
    const migrating = migrate(`postgres://me@127.0.0.1:${port}/db`, { ...options, signal: stop.signal });
    await once(silent, 'connection');
    stop.abort(new Error('abandoned'));
    await expect(migrating).rejects.toThrow('abandoned');
  });

  it('says so when the user may not create tables', async () => {
    const user = uniqueName('reader');
    await execute(url, `create role ${user} login password '${PASSWORD}'`);
    const other = uniqueName('closed');
    await execute(server, `create database ${other}`);
    await execute(urlOf(server, other), 'revoke all on schema public from public');
    const as = new URL(urlOf(server, other));
    as.username = user;
    as.password = PASSWORD;
    expect((await failure(as.href)).message).toContain('may not create tables');
    await execute(server, `drop database ${other} with (force)`);
    await execute(server, `drop role ${user}`);
  });
});
