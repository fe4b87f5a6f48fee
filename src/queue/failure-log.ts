/** Says that reconciles fail without flooding the log: one line a second a reconciler, with what was left out. */
import { ReportedError, StatusError, toError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';

const PERIOD_MS = 1_000;

/** Lost races and lost leases are part of the contract, and what users were told of is theirs: a debug line each. */
const isExpected = (error: Error): boolean =>
  error instanceof ReportedError || (error instanceof StatusError && error.reason === 'Conflict');

export class FailureLog {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal | undefined;
  readonly #last = new Map<string, { at: number; suppressed: number }>();

  /** What fails after `stopping` aborts fails because it was cut short: a debug line. */
  constructor(logger: Logger, clock: Clock, stopping?: AbortSignal) {
    this.#logger = logger;
    this.#clock = clock;
    this.#stopping = stopping;
  }

  /** `topic` limits the rate: a reconciler's name, or what was attempted. */
  report(topic: string, error: unknown, fields: object, message: string): void {
    const failure = toError(error);
    if (isExpected(failure) || this.#stopping?.aborted === true) {
      this.#logger.debug({ ...fields, reason: failure.message }, message);
      return;
    }
    const now = this.#clock.monotonic();
    const last = this.#last.get(topic);
    if (last !== undefined && now - last.at < PERIOD_MS) {
      last.suppressed += 1;
      return;
    }
    this.#last.set(topic, { at: now, suppressed: 0 });
    this.#logger.warn({ ...fields, err: failure, suppressed: last?.suppressed ?? 0 }, message);
  }
}
