/** Many subscriptions over one WebSocket, which is opened again and resumed as often as it breaks. */
import { LinkedController } from '../../timing/linked-controller.ts';
import { ApiError, isPassing } from '../api-error.ts';
import { Backoff, within } from '../backoff.ts';
import type { FollowOptions } from '../events.ts';
import type { Tools } from '../transport.ts';
import type { Frame, SubscriptionFrame } from './frames.ts';
import { OPENING_MS, Session } from './session.ts';
import type { StreamEvent, Subscriptions } from './subscription.ts';
import { SubscriptionState } from './subscription-state.ts';

export interface StreamSource {
  readonly connect: () => ConstructorParameters<typeof Session>[0];
  /** Asks over HTTP what a failed upgrade does not tell: why. */
  readonly whyRefused: (signal: AbortSignal) => Promise<ApiError | undefined>;
}
type AnyEvent = StreamEvent<Subscriptions>;

const NOT_FOUND = 404;

export class Stream {
  readonly #source: StreamSource;
  readonly #options: FollowOptions;
  readonly #tools: Tools;
  readonly #states: ReadonlyMap<string, SubscriptionState>;
  readonly #backoff: Backoff;

  constructor(source: StreamSource, subscriptions: Subscriptions, options: FollowOptions, tools: Tools) {
    this.#source = source;
    this.#options = options;
    this.#tools = tools;
    this.#backoff = new Backoff(tools.random);
    this.#states = new Map(Object.entries(subscriptions).map(([id, one]) => [id, new SubscriptionState(id, one)]));
  }

  /** Ends by the signal alone. Throws `ApiError` on what trying again does not mend. */
  async *run(): AsyncGenerator<AnyEvent, never, undefined> {
    const { clock, signal } = this.#tools;
    const { onConnection } = this.#options;
    for (;;) {
      onConnection?.('connecting');
      let reason: unknown;
      const session = new Session(this.#source.connect(), this.#tools);
      const ended = new AbortController();
      try {
        yield* this.#follow(session, ended.signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error)) {
          throw error;
        }
        reason = error;
      } finally {
        ended.abort();
        session.close();
      }
      reason ??= session.isLive ? undefined : await this.#refusal();
      onConnection?.('lost', reason);
      await clock.sleep(this.#backoff.next(reason instanceof ApiError ? reason.retryAfterMs : 0), signal);
    }
  }

  async #refusal(): Promise<unknown> {
    const { clock, signal } = this.#tools;
    const ended = new LinkedController(signal);
    let reason: unknown;
    try {
      const asked = this.#source.whyRefused(ended.signal);
      reason = await within(asked, OPENING_MS, clock, signal);
    } catch (error) {
      signal.throwIfAborted();
      // It does not answer either: that is the reason.
      reason = error;
    } finally {
      ended.abort();
    }
    if (reason !== undefined && !isPassing(reason)) {
      throw reason;
    }
    return reason;
  }

  async *#follow(session: Session, ended: AbortSignal): AsyncGenerator<AnyEvent, void, undefined> {
    for (;;) {
      const frame = await session.next();
      if (frame === undefined) {
        return;
      }
      if (frame.type === 'hello') {
        this.#options.onConnection?.('live');
        for (const state of this.#states.values()) {
          session.send(state.subscribe());
        }
      } else if (frame.type === 'error') {
        this.#renew(session, frame, ended);
      } else if ('id' in frame) {
        yield* this.#deliver(session, frame);
      }
    }
  }

  *#deliver(session: Session, frame: SubscriptionFrame): Generator<AnyEvent, void, undefined> {
    const { id } = frame;
    const state = this.#states.get(id);
    if (state === undefined) {
      return;
    }
    this.#backoff.reset();
    for (const event of state.take(frame)) {
      yield { ...event, id } as AnyEvent;
    }
    const credit = frame.type === 'bookmark' ? undefined : state.credit();
    if (credit !== undefined) {
      session.send(credit);
    }
  }

  /** A subscription ended and the others go on: it is asked for again after a while. */
  #renew(session: Session, { id = '', status, token }: Extract<Frame, { type: 'error' }>, ended: AbortSignal): void {
    const error = ApiError.of(status.code ?? 500, status);
    if (id === '' && error.code === NOT_FOUND) {
      // Credits that crossed the end of their subscription; of that end there is a frame of its own.
      return;
    }
    const state = this.#states.get(id);
    if (state === undefined || !isPassing(error)) {
      throw error;
    }
    state.end(token, status);
    const again = this.#tools.clock.sleep(this.#backoff.next(error.retryAfterMs), ended);
    again.then(
      () => session.send(state.subscribe()),
      // The connection ended first; the next one subscribes.
      () => undefined,
    );
  }
}
