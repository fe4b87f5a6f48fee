/** Brings the data folder to where a server can start on it, from whatever state it was left in; gives the password. */
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { clearLeftovers, initDataFolder, inspectDataFolder } from './data-folder.ts';
import type { FailureContext } from './failure-message.ts';
import { clearOrphan } from './orphan.ts';
import { newPassword, passwordFile, readPassword, resetPassword, writePassword } from './password.ts';
import type { ServerBinaries } from './server-binaries.ts';
import type { ServerUser } from './server-user.ts';
import { removeStaleSockets } from './socket-folder.ts';

export interface PrepareDataOptions {
  readonly home: string;
  readonly folder: string;
  readonly user: ServerUser;
  readonly binaries: ServerBinaries;
  readonly context: FailureContext;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((text: string) => void) | undefined;
}

export async function prepareData(options: PrepareDataOptions): Promise<string> {
  const { home, folder, clock, logger, onStep } = options;
  await clearLeftovers(folder, logger);
  const known = await readPassword(home);
  const password = known ?? newPassword();
  if ((await inspectDataFolder(folder)) === 'whole') {
    await clearOrphan(folder, clock, logger);
    await removeStaleSockets(folder);
    if (known === undefined) {
      logger.warn({}, `${passwordFile(home)} is missing or cut: setting a new password`);
      await resetPassword({ ...options, dataFolder: folder, password });
      await writePassword(home, password);
    }
    return password;
  }
  onStep?.('creating the database folder');
  // Known before initdb uses it: a crash in between leaves nothing that the next start cannot open.
  await writePassword(home, password);
  await initDataFolder({ ...options, password });
  return password;
}
