/** One serving process from its first step to its last: start, tell, wait, stop. */
import type closeWithGrace from 'close-with-grace';
import type { ComposeOptions, Flotilla } from '../../compose.ts';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../timing/clock.ts';
import { describeCrash } from '../crash-file.ts';
import type { Terminal } from '../terminal.ts';
import { createLogger } from './create-logger.ts';
import { keepHealthFile } from './health-file.ts';
import { liveSteps, plainSteps } from './steps.ts';
import { renderSummary } from './summary.ts';

export interface ServeOptions {
  readonly config: Config;
  readonly healthFile: string | undefined;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly compose: (options: ComposeOptions) => Promise<Flotilla>;
  /** Ends the process at a signal or an uncaught error, after its callback; a second signal ends it at once. */
  readonly closeWithGrace: typeof closeWithGrace;
}

/** Longest stop; compose promises less. */
const STOP_MS = 5_000;

/** Rejects when the start fails. Otherwise it resolves once everything runs; the process then lives until it is ended. */
export async function runServe(options: ServeOptions): Promise<void> {
  const { config, terminal, clock } = options;
  const { stdout, stderr } = terminal;
  // A terminal without a width would be painted one letter a line.
  const steps = stdout.isTTY === true && (stdout.columns ?? 0) > 0 ? liveSteps() : plainSteps(stdout);
  const stopHealthFile = options.healthFile === undefined ? undefined : keepHealthFile(options.healthFile, clock.now);
  const logger = createLogger(config.log, stderr);
  const starting = options.compose({ config, logger, report: steps.report });
  let failure: Error | undefined;
  let isStopping = false;
  const lifetime = options.closeWithGrace({ delay: STOP_MS, logger: false }, async ({ signal, err }) => {
    isStopping = true;
    if (signal !== undefined) {
      stderr.write(`\n${signal}: stopping; once more to stop at once\n`);
    }
    const crash = err ?? failure;
    if (crash !== undefined) {
      stderr.write(`flotilla: ${describeCrash(crash, config.home)}\n`);
    }
    stopHealthFile?.();
    // A start that fails while it is being stopped has already undone itself.
    const flotilla = await starting.catch(() => undefined);
    await flotilla?.stop();
    if (crash !== undefined) {
      throw crash;
    }
  });
  try {
    const flotilla = await starting;
    await steps.settle();
    if (isStopping) {
      return;
    }
    flotilla.failed.catch((error: Error) => {
      failure = error;
      lifetime.close();
    });
    stdout.write(renderSummary(flotilla, config));
  } catch (error) {
    lifetime.uninstall();
    stopHealthFile?.();
    await steps.settle();
    throw error;
  }
}
