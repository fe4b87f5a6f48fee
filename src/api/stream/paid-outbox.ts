/** The frames of one subscription that cost a credit. Rejects, and sends nothing, once the subscription has ended. */
import type { Credits } from './credits.ts';
import type { FrameSink } from './outbox.ts';

export class PaidOutbox {
  readonly #sink: FrameSink;
  readonly #credits: Credits;
  readonly #signal: AbortSignal;

  constructor(sink: FrameSink, credits: Credits, signal: AbortSignal) {
    this.#sink = sink;
    this.#credits = credits;
    this.#signal = signal;
  }

  /** `make` runs when the client takes the frame and it is paid for; one call at a time. Resolves when it is sent. */
  async send(make: () => Buffer | undefined): Promise<void> {
    await this.#credits.available(this.#signal);
    await this.#sink.send(() => {
      // Nothing follows the frame that tells of the subscription's end.
      const frame = this.#signal.aborted ? undefined : make();
      if (frame !== undefined) {
        this.#credits.spend();
      }
      return frame;
    });
    this.#signal.throwIfAborted();
  }
}
