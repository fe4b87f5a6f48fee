/**
 * A Flotilla reduced to its embedded PostgreSQL, to be run, killed and run again in a process of its own. Argument:
 * `{ home, port?, stagingFolders? }` as JSON. Tells what happens as JSON, one event a line; SIGTERM stops it,
 * SIGUSR2 makes it exit and leave everything as it is.
 */

import type { Logger } from '../../src/logger.ts';
import {
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/storage/embedded/start-embedded-postgres.ts';
import { systemClock } from '../../src/timing/clock.ts';

const tell = (event: string, fields: object): void => {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
};

const logger: Logger = {
  debug: () => undefined,
  info: (_fields, text) => tell('log', { text }),
  warn: (_fields, text) => tell('log', { text }),
  error: (_fields, text) => tell('log', { text }),
  child: () => logger,
};

const options = JSON.parse(process.argv[2] ?? '{}') as EmbeddedPostgresOptions;
process.once('SIGUSR2', () => process.exit(1));
const stopping = new AbortController();
const stopped = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => {
    stopping.abort();
    resolve();
  });
});

try {
  const server = await startEmbeddedPostgres({
    ...options,
    logger,
    clock: systemClock,
    signal: stopping.signal,
    onStep: (text) => tell('step', { text }),
  });
  const { url, version, dataFolder } = server;
  tell('ready', { url, version, dataFolder });
  const crash = await Promise.race([server.exited, stopped]);
  if (crash !== undefined) {
    tell('crashed', { text: crash.message });
  }
  await server.stop();
  tell('stopped', {});
} catch (error) {
  const { name, message, stack } = error as Error;
  tell('failed', { name, text: message, stack });
  process.exitCode = 1;
}
