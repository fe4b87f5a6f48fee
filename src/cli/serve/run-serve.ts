/** One serving process from its first step to its last: start, tell, wait, stop. */
import type closeWithGrace from 'close-with-grace';
import type { ComposeOptions, Flotilla } from '../../compose.ts';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../timing/clock.ts';
import { describeCrash } from '../crash-file.ts';
import { CommandError, EXIT, exitCodeOf } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { createLogger } from './create-logger.ts';
import { keepHealthFile } from './health-file.ts';
import { liveSteps, plainSteps } from './steps.ts';
import { FAULT_SIGNALS, STOP_SIGNALS } from './stop-requests.ts';
import { renderSummary } from './summary.ts';

export interface ServeOptions {
  readonly config: Config;
  readonly healthFile: string | undefined;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly compose: (options: ComposeOptions) => Promise<Flotilla>;
  /** Ends the process when it is told to or at an uncaught error, after its callback. */
  readonly closeWithGrace: typeof closeWithGrace;
  /** Calls when somebody wants the process to stop, once; returns how to listen no more. */
  readonly listenForStop: (onStop: (why: string) => void) => () => void;
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
  const stopping = new AbortController();
  const starting = options.compose({ config, logger, report: steps.report, signal: stopping.signal });
  let failure: Error | undefined;
  const ending = { delay: STOP_MS, logger: false as const, skip: [...STOP_SIGNALS, ...FAULT_SIGNALS] };
  const lifetime = options.closeWithGrace(ending, async ({ err }) => {
    stopping.abort();
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
  const stopListening = options.listenForStop((why) => {
    stderr.write(`\n${why}: stopping; once more to stop at once\n`);
    // close-with-grace would run its callback twice.
    if (!stopping.signal.aborted) {
      lifetime.close();
    }
  });
  try {
    const flotilla = await starting;
    await steps.settle();
    if (stopping.signal.aborted) {
      return;
    }
    flotilla.failed.catch((error: Error) => {
      failure = error;
      if (!stopping.signal.aborted) {
        lifetime.close();
      }
    });
    stdout.write(renderSummary(flotilla, config));
  } catch (error) {
    if (stopping.signal.aborted) {
      return;
    }
    stopListening();
    lifetime.uninstall();
    stopHealthFile?.();
    await steps.settle();
    // Only here it is known which home the details belong to.
    throw exitCodeOf(error) === undefined
      ? new CommandError(describeCrash(error, config.home), EXIT.failure, { cause: error })
      : error;
  }
}
