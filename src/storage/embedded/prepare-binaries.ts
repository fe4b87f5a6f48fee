/** Gives binaries that the server's user can run: in node_modules as installed, or a staged copy of them. */
import type { Logger } from '../../logger.ts';
import { explainFailure, type FailureContext } from './failure-message.ts';
import { runAsUser } from './run-as-user.ts';
import { binariesIn, findBinaryPackage, linkLibraries, type ServerBinaries } from './server-binaries.ts';
import { isRoot, type ServerUser } from './server-user.ts';
import { openStaging, stageBinaries } from './staging.ts';

export interface PrepareOptions {
  readonly home: string;
  readonly user: ServerUser;
  readonly stagingFolders: readonly string[];
  readonly context: FailureContext;
  readonly logger: Logger;
}

export async function prepareBinaries(options: PrepareOptions): Promise<ServerBinaries> {
  const { home, user, context, logger } = options;
  const installed = await findBinaryPackage();
  await linkLibraries(installed.native);
  if ((await tryToRun(installed.native, user)) === undefined) {
    return binariesIn(installed.native);
  }
  // Unreachable for the server's user, or read-only without the library links.
  const staging = isRoot() ? await openStaging(options.stagingFolders) : home;
  const native = await stageBinaries(installed, staging);
  logger.info({ folder: native }, `the server's user cannot run ${installed.native}; using a copy in ${native}`);
  const problem = await tryToRun(native, user);
  if (problem !== undefined) {
    throw explainFailure(problem, context);
  }
  return binariesIn(native);
}

/** What went wrong, or undefined. Running is the one test that covers modes, libraries and the system's ABI. */
async function tryToRun(native: string, user: ServerUser): Promise<string | undefined> {
  for (const binary of [binariesIn(native).initdb, binariesIn(native).postgres]) {
    const { exitCode, output } = await runAsUser(binary, ['--version'], { user });
    if (exitCode !== 0) {
      return output;
    }
  }
  return undefined;
}
