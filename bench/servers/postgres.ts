/** The run's own PostgreSQL: the embedded one, with the settings that Flotilla's users get, and the times of commits. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/storage/embedded/start-embedded-postgres.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { execute, makeTemplate, uniqueName, urlOf } from '../../test/support/template-database.ts';

export interface BenchPostgres {
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(folder: string): Promise<BenchPostgres> {
  const home = join(folder, 'postgres-home');
  const start = () => startEmbeddedPostgres({ home, logger: silentLogger, clock: systemClock });
  const first = await start();
  // Read when a server starts alone. It is what `commit → delivered` is counted from.
  await execute(first.url, 'ALTER SYSTEM SET track_commit_timestamp = on').finally(() => first.stop());
  const server = await start();
  const [pid] = (await readFile(join(server.dataFolder, 'postmaster.pid'), 'utf8')).split('\n', 1);
  const { name: template } = await makeTemplate(server.url);
  return {
    url: server.url,
    pid: Number(pid),
    async createDatabase() {
      const name = uniqueName('bench');
      await execute(server.url, `create database ${name} template ${template}`);
      // What earlier benchmarks left to write does not fall into this one.
      await execute(server.url, 'checkpoint');
      return urlOf(server.url, name);
    },
    dropDatabase: (url) =>
      execute(server.url, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    stop: () => server.stop(),
  };
}
