/** Starts the server on the configured port or on a free one, and again where the failure is known to pass. */
import { StartupError } from '../../errors.ts';
import type { Clock } from '../../timing/clock.ts';
import { explainFailure, type FailureContext, isLingering, isPortTaken } from './failure-message.ts';
import { tryPort } from './free-port.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerLog } from './server-log.ts';
import { launchServer, type ServerProcess } from './server-process.ts';
import type { ServerUser } from './server-user.ts';

export interface RunOptions {
  readonly port?: number | undefined;
  readonly folder: string;
  readonly user: ServerUser;
  readonly binaries: ServerBinaries;
  readonly context: FailureContext;
  readonly log: ServerLog;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const TRY_FOR_MS = 15_000;
const PAUSE_MS = 100;

export async function runServer(options: RunOptions): Promise<{ server: ServerProcess; port: number }> {
  const { folder, user, binaries, context, log, clock, signal } = options;
  const giveUpAt = clock.monotonic() + TRY_FOR_MS;
  for (;;) {
    const port = await tryPort(options.port ?? 0);
    if (port === undefined) {
      throw portTaken(options.port);
    }
    const server = await launchServer({
      postgres: binaries.postgres,
      dataFolder: folder,
      port,
      user,
      logDescriptor: log.descriptor,
      clock,
      signal,
    });
    if (server !== undefined) {
      return { server, port };
    }
    const output = await log.takeNew();
    const passes = isLingering(output) || (isPortTaken(output) && options.port === undefined);
    if (!passes || clock.monotonic() >= giveUpAt) {
      throw isPortTaken(output) ? portTaken(port) : explainFailure(output, context);
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}

const portTaken = (port: number | undefined): StartupError =>
  new StartupError(
    `Port ${port} on 127.0.0.1 is in use or not allowed: free it, or configure another port for the embedded PostgreSQL (none: a free one is picked)`,
  );
