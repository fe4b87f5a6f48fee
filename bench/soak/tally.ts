/** What the soak's clients have done so far, and what went wrong. */
export class Tally {
  writes = 0;
  lists = 0;
  events = 0;
  reconnects = 0;
  /** Answers that tell a client to start over or to wait: no fault of anybody. */
  refusals = 0;
  readonly failures: string[] = [];

  fail(error: unknown): void {
    this.failures.push(error instanceof Error ? error.message : String(error));
  }
}

/** Runs `step` again and again; what fails is counted, and tried again after a moment. */
export async function keepDoing(tally: Tally, signal: AbortSignal, step: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await step();
    } catch (error) {
      if (!signal.aborted) {
        tally.fail(error);
        await pause(1_000, signal);
      }
    }
  }
}

/** Resolves early when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
