/** One PostgreSQL a test run: `TEST_DATABASE_URL` where given, else the embedded one in a folder of its own. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../src/storage/embedded/start-embedded-postgres.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { silentLogger } from './silent-logger.ts';
import { makeTemplate } from './template-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which tests may create databases. */
    readonly databaseServer: string;
    readonly templateDatabase: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  try {
    const template = await makeTemplate(server.url);
    project.provide('databaseServer', server.url);
    project.provide('templateDatabase', template.name);
    return async () => {
      await template.drop();
      await server.stop();
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined) {
    return { url: given, stop: async () => undefined };
  }
  const home = await mkdtemp(join(tmpdir(), 'flotilla-test-'));
  // As root the server runs as another user, who must pass through.
  await chmod(home, 0o711);
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ home, logger: silentLogger, clock: systemClock });
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
