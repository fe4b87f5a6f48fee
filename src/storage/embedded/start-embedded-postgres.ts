/**
 * PostgreSQL from npm, as a child of this process: found, made runnable, its data folder made or adopted, started,
 * checked. `<home>` holds `postgres` (the data, or a link to it), `postgres-password`, `postgres.log` and the lock.
 * Imports values, timing, errors and pg; never knows Flotilla's tables, and touches no server but its own.
 */
import { join } from 'node:path';
import { StartupError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { chooseDataPlace } from './data-place.ts';
import { explainSystemError, type FailureContext } from './failure-message.ts';
import { openHome } from './home-folder.ts';
import { type HomeLock, lockHome } from './home-lock.ts';
import { prepareBinaries } from './prepare-binaries.ts';
import { prepareData } from './prepare-data.ts';
import { runServer } from './run-server.ts';
import { openServerLog } from './server-log.ts';
import type { ServerProcess } from './server-process.ts';
import { STAGING_FOLDERS } from './staging.ts';
import { DATABASE, databaseUrl, verifyServer } from './verify-server.ts';

export interface EmbeddedPostgresOptions {
  readonly home: string;
  /** Unset: a free one is picked at every start. */
  readonly port?: number | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Abandons the start. A started server is stopped by `stop()`. */
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((text: string) => void) | undefined;
  /** Where root keeps what the server's user cannot reach in place. */
  readonly stagingFolders?: readonly string[] | undefined;
}

export interface EmbeddedPostgres {
  readonly url: string;
  readonly version: string;
  readonly dataFolder: string;
  /** Resolves when the server ends unasked, with a line that says so; stays pending after `stop()`. */
  readonly exited: Promise<StartupError>;
  /** Fast shutdown, harder after 3 s; then frees the home. */
  stop(): Promise<void>;
}

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await openHome(options.home);
  const lock = await lockHome(home);
  try {
    return await startLocked(home, options, lock);
  } catch (error) {
    await lock.release();
    throw explainSystemError(error, home);
  }
}

async function startLocked(home: string, options: EmbeddedPostgresOptions, lock: HomeLock): Promise<EmbeddedPostgres> {
  const { clock, logger, signal, onStep, stagingFolders = STAGING_FOLDERS } = options;
  const { folder, user } = await chooseDataPlace({ home, stagingFolders, logger });
  const context = { dataFolder: folder, logFile: join(home, 'postgres.log') };
  const binaries = await prepareBinaries({ home, user, stagingFolders, context, logger });
  signal?.throwIfAborted();
  const password = await prepareData({ home, folder, user, binaries, context, clock, logger, signal, onStep });
  onStep?.('starting PostgreSQL');
  const log = await openServerLog(context.logFile);
  const undo = new AbortController();
  try {
    const { server, port } = await runServer({ ...options, folder, user, binaries, context, log });
    try {
      const found = { port, password, dataFolder: folder };
      const version = await verifyServer({ home, ...found });
      const bounding = log.keepBounded(clock, undo.signal);
      return handleOf({ server, url: databaseUrl(found, DATABASE), version, context }, async () => {
        undo.abort();
        await bounding;
        await log.close();
        await lock.release();
      });
    } catch (error) {
      await server.stop();
      throw error;
    }
  } catch (error) {
    await log.close();
    throw error;
  }
}

interface Started {
  readonly server: ServerProcess;
  readonly url: string;
  readonly version: string;
  readonly context: FailureContext;
}

function handleOf({ server, url, version, context }: Started, afterStop: () => Promise<void>): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  const exited = new Promise<StartupError>((resolve) => {
    void server.exited.then((how) => {
      if (stopped === undefined) {
        resolve(
          new StartupError(`PostgreSQL ended unexpectedly (${how}): start Flotilla again; see ${context.logFile}`),
        );
      }
    });
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await afterStop();
  };
  return {
    url,
    version,
    dataFolder: context.dataFolder,
    exited,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}
