import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
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
      `DATABASE_URL postgres://me@127.0.0.1:${port}/db cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}; ` +
        'start the server or unset DATABASE_URL to use the embedded one',
    );
    expect((await failure(urlOf(server, 'no_such_database'))).message).toContain('createdb no_such_database');
    expect((await failure(`postgres://me:${PASSWORD}@[bad/db`)).message).toContain('is not a valid URL');
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
