import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedClone } from '../../support/embedded-clone.ts';
import { processesIn, query } from '../../support/postmaster.ts';
import { until } from '../../support/until.ts';

describe('first start', () => {
  let clone: EmbeddedClone;
  beforeAll(async () => {
    clone = await EmbeddedClone.create();
  });
  afterAll(() => clone.remove());

  it('makes a durable server on the loopback address, with a password that only the home holds', async () => {
    const program = clone.run();
    const { url = '', version, dataFolder = '' } = await program.until('ready');
    expect(version).toMatch(/^18\./);
    expect(dataFolder).toBe(join(clone.home, 'postgres'));
    const [settings] = await query(
      url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets,
        current_setting('max_connections')::int as connections, current_database() as database`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      commit: 'on',
      addresses: '127.0.0.1',
      sockets: join(clone.home, 'postgres'),
      connections: 200,
      database: 'flotilla',
    });

    const { password, port } = new URL(url);
    const modes = await Promise.all(
      ['postgres', 'postgres-password', 'postgres.log'].map(
        async (name) => (await stat(join(clone.home, name))).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const commands = await Promise.all(
      (await processesIn(dataFolder)).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')),
    );
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.join()).not.toContain(password);
    expect(await readFile(join(clone.home, 'postgres.log'), 'utf8')).not.toContain(password);
    const [role] = await query<{ secret: string }>(
      url,
      'select rolpassword as secret from pg_authid where rolcanlogin',
    );
    expect(role?.secret).toMatch(/^SCRAM-SHA-256\$/);
    await expect(query(`postgresql://flotilla:wrong@127.0.0.1:${port}/flotilla`, 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    await program.stop();
  });

  it('stops fast in the midst of a query, leaves no process, and finds the data again', async () => {
    const first = clone.run();
    const { url = '', dataFolder = '' } = await first.until('ready');
    await query(url, 'create table kept (n int); insert into kept values (42)');
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    const long = client.query('select pg_sleep(60)').catch((error: Error) => error.message);
    await until(
      async () =>
        (await query(url, "select from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'"))
          .length > 0,
    );
    const begun = performance.now();
    await first.stop();
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(await long).toMatch(/terminat/);
    expect(await processesIn(dataFolder)).toEqual([]);

    const second = clone.run();
    expect(await query(await second.url(), 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
    expect((await readdir(clone.home)).filter((name) => name.startsWith('flotilla.lock.')).length).toBe(1);
  });

  it('abandons a start that is told to stop, and leaves nothing behind', async () => {
    const home = await clone.newFolder('abandoned');
    const program = clone.run({ home });
    await program.until('step');
    await program.end();
    expect(program.log).not.toContain('ready');
    expect((await readdir(home)).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
    expect(await processesIn(join(home, 'postgres'))).toEqual([]);
    await clone.run({ home }).until('ready');
  });

  it('sets a new password when the file is lost, and names a file with a wrong one', async () => {
    const first = clone.run();
    const old = new URL(await first.url()).password;
    await first.stop();
    await rm(join(clone.home, 'postgres-password'));
    const second = clone.run();
    const url = await second.url();
    expect(new URL(url).password).not.toBe(old);
    expect(await query(url, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();

    await writeFile(join(clone.home, 'postgres-password'), 'x'.repeat(32));
    const { name, text } = await clone.run().until('failed');
    expect(name).toBe('StartupError');
    expect(text).toContain(`The password in ${clone.home}/postgres-password is not the server's: delete the file`);
    expect(await processesIn(join(clone.home, 'postgres'))).toEqual([]);
  });
});
