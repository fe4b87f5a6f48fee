/**
 * Probes and hooks under way in this process. A pass starts one and waits a moment for it; what takes longer goes on by
 * itself, has its pod looked at when it is over, and hands its result to the next pass that asks. A worker that dies
 * forgets it, and another starts it again: hooks are delivered at least once, as in Kubernetes.
 */
import { type HandlerResult, RuntimeError } from '../runtimes/runtime.ts';
import { BoundedMap } from '../timing/bounded-map.ts';
import type { Clock } from '../timing/clock.ts';
import { NO_LONGER_AWAITED } from '../timing/no-longer-awaited.ts';

export type Outcome = { readonly result: HandlerResult } | { readonly error: unknown };

export interface HandlerRun {
  /** Names this run of the handler: asking again with the same key never starts a second one. */
  readonly key: string;
  readonly timeoutMs: number;
  run(signal: AbortSignal): Promise<HandlerResult>;
  /** Has the pod looked at. */
  wake(): void;
}

/** A batch waits at most this long for a slow handler. */
const MOMENT_MS = 50;
/** A runtime that does not keep the time-out by itself is given up after so much more. */
const SLACK_MS = 2_000;
/** Results that nobody fetched: their pod went to another worker. */
const MAX_FORGOTTEN = 10_000;

export class RunningHandlers {
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<Outcome>>();
  readonly #over = new BoundedMap<string, Outcome>(MAX_FORGOTTEN);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** undefined: it still runs; `wake` is called when it is over. */
  async outcome(handler: HandlerRun): Promise<Outcome | undefined> {
    const { key } = handler;
    const over = this.#over.get(key);
    if (over !== undefined) {
      this.#over.delete(key);
      return over;
    }
    const known = this.#running.get(key);
    if (known !== undefined) {
      return undefined;
    }
    const running = this.#start(handler);
    const done = new AbortController();
    const moment = this.#clock.sleep(MOMENT_MS, done.signal).then(
      () => undefined,
      () => undefined,
    );
    const first = await Promise.race([running, moment]);
    done.abort(NO_LONGER_AWAITED);
    if (first === undefined) {
      this.#leave(handler, running);
    }
    return first;
  }

  #start({ timeoutMs, run }: HandlerRun): Promise<Outcome> {
    const controller = new AbortController();
    const work = run(controller.signal).then(
      (result): Outcome => ({ result }),
      (error: unknown): Outcome => ({ error }),
    );
    const ended = new AbortController();
    const limit = this.#clock.sleep(timeoutMs + SLACK_MS, ended.signal).then(
      (): Outcome => {
        controller.abort();
        const message = `the runtime did not answer within ${timeoutMs + SLACK_MS} ms`;
        return { error: new RuntimeError('Unavailable', message) };
      },
      () => work,
    );
    void work.then(() => ended.abort(NO_LONGER_AWAITED));
    return Promise.race([work, limit]);
  }

  #leave({ key, wake }: HandlerRun, running: Promise<Outcome>): void {
    this.#running.set(key, running);
    void running.then((outcome) => {
      this.#running.delete(key);
      this.#over.set(key, outcome);
      wake();
    });
  }
}
