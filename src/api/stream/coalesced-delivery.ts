/**
 * Delivers changes whenever the client takes them; meanwhile newer states of an object replace older ones. When too many
 * objects wait the feed is read no further, as for a subscription that does not coalesce: the change log has the rest.
 */
import type { WatchBatch } from '../../registry/registry.ts';
import { Bell } from '../../timing/bell.ts';
import { Coalescer } from './coalescer.ts';
import { changesFrame, FRAME_BYTES, type Framing } from './frames.ts';
import type { Position } from './resume-token.ts';
import type { SubscriptionParts } from './subscription.ts';

/** A client that takes nothing holds this much: some thousands of pods. */
const MAX_BYTES = 16 * 1024 * 1024;

export class CoalescedDelivery {
  readonly #parts: SubscriptionParts;
  readonly #framing: Framing;
  readonly #pending: Coalescer;
  readonly #added = new Bell();
  readonly #taken = new Bell();
  #failure: unknown;

  /** Runs until the signal aborts. `from`: what the client has. */
  constructor(parts: SubscriptionParts, framing: Framing, from: Position) {
    this.#parts = parts;
    this.#framing = framing;
    this.#pending = new Coalescer(from);
    this.#run().catch((error: unknown) => {
      this.#failure = error;
      this.#taken.ring();
    });
  }

  /**
   * Waits for the client only while too much waits for it. Throws what made the delivery end: with the feed's next word,
   * a second later at most.
   */
  async add({ events, revision }: WatchBatch): Promise<void> {
    this.#throwFailure();
    this.#pending.add(events, revision);
    this.#parts.progress.reach(this.#pending.position);
    this.#added.ring();
    while (this.#pending.bytes > MAX_BYTES) {
      await this.#taken.wait(this.#parts.signal);
      this.#throwFailure();
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure;
    }
  }

  async #run(): Promise<never> {
    const { out, signal } = this.#parts;
    for (;;) {
      await this.#added.wait(signal);
      while (this.#pending.size > 0) {
        await out.send(() => this.#nextFrame());
      }
    }
  }

  /** Undefined when all that waited has come to nothing. */
  #nextFrame(): Buffer | undefined {
    if (this.#pending.size === 0) {
      return undefined;
    }
    const { progress } = this.#parts;
    const { id, view } = this.#framing;
    const texts: Buffer[] = [];
    let bytes = 0;
    const events = this.#pending.take((event) => {
      const text = view.event(event);
      texts.push(text);
      bytes += text.length;
      return bytes > FRAME_BYTES;
    });
    this.#taken.ring();
    const { position } = this.#pending;
    progress.reach(position);
    const last = events.at(-1)?.object.revision ?? 0;
    if (position.revision < last) {
      // In the middle of a commit of many changes there is no place to resume from.
      return changesFrame(id, texts, undefined);
    }
    progress.announce();
    return changesFrame(id, texts, progress.token);
  }
}
