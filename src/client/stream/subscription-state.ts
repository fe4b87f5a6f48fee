/** What is known of one subscription, over any number of connections: where to go on, and what comes next. */
import type { Status } from '../api-error.ts';
import type { ObjectEvent } from '../events.ts';
import type { Change, SubscriptionFrame } from './frames.ts';
import type { CountsEvent, Subscription } from './subscription.ts';

type Event = ObjectEvent<object> | CountsEvent;

/** Frames on their way: enough to keep the line busy, about 8 MB at most. */
const CREDITS = 8;

export class SubscriptionState {
  readonly #id: string;
  readonly #request: Subscription;
  #resume: string | undefined;
  #isFilling = false;
  #reason: Status | undefined;
  /** Changes of a revision that is not whole yet. Resuming brings them again, so they are not told before. */
  #held: Change[] = [];
  #consumed = 0;

  constructor(id: string, request: Subscription) {
    this.#id = id;
    this.#request = request;
    this.#resume = request.resume;
  }

  /** The message that starts it, or goes on with it. */
  subscribe(): object {
    this.#isFilling = false;
    this.#held = [];
    this.#consumed = 0;
    return { ...this.#request, type: 'subscribe', id: this.#id, credits: CREDITS, resume: this.#resume };
  }

  /** It ended: go on from `token`, or without one begin anew. */
  end(token: string | undefined, status: Status): void {
    this.#resume = token;
    this.#reason = token === undefined ? status : undefined;
  }

  /** The message that pays for more, when half of what was given is used up. Call when the events of a frame are taken. */
  credit(): object | undefined {
    this.#consumed += 1;
    if (this.#consumed < CREDITS / 2) {
      return undefined;
    }
    const credits = this.#consumed;
    this.#consumed = 0;
    return { type: 'credit', id: this.#id, credits };
  }

  *take(frame: SubscriptionFrame): Generator<Event, void, undefined> {
    switch (frame.type) {
      case 'bookmark':
        yield { type: 'BOOKMARK', resume: this.#goOn(frame.token) };
        return;
      case 'aggregate':
        yield { type: 'COUNTS', counts: frame.counts, resume: this.#goOn(frame.token) };
        return;
      case 'snapshot':
        yield* this.#begin();
        for (const object of frame.objects) {
          yield { type: 'ADDED', object };
        }
        if (frame.last && frame.token !== undefined) {
          this.#isFilling = false;
          yield { type: 'SYNCED', resume: this.#goOn(frame.token) };
        }
        return;
      case 'changes':
        yield* this.#change(frame.events, frame.token);
    }
  }

  *#begin(): Generator<Event, void, undefined> {
    if (!this.#isFilling) {
      this.#isFilling = true;
      yield { type: 'SNAPSHOT', ...(this.#reason === undefined ? {} : { reason: this.#reason }) };
      this.#reason = undefined;
    }
  }

  *#change(changes: readonly Change[], token: string | undefined): Generator<Event, void, undefined> {
    if (this.#resume === undefined) {
      // Behind the pages of a snapshot: a break begins the snapshot anew.
      yield* this.#begin();
      yield* changes;
      return;
    }
    const whole = this.#held.concat(changes);
    this.#held = token === undefined ? whole : [];
    if (token !== undefined) {
      const resume = this.#goOn(token);
      const last = whole.length - 1;
      yield* whole.map((change, index) => (index === last ? { ...change, resume } : change));
    }
  }

  #goOn(token: string): string {
    this.#resume = token;
    return token;
  }
}
