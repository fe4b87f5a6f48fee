/** One collection over HTTP: its objects and their changes from one watch, again from the last event after a break. */
import { LinkedController } from '../../timing/linked-controller.ts';
import { ApiError, cannotResume, isPassing, type Status } from '../api-error.ts';
import { Backoff, within } from '../backoff.ts';
import type { FollowOptions, ObjectEvent } from '../events.ts';
import type { Tools } from '../transport.ts';
import { readLines } from './read-lines.ts';

/** openapi-fetch's GET of any path. */
export type Get = (
  path: string,
  init: object,
) => Promise<{ readonly data?: unknown; readonly error?: unknown; readonly response: Response }>;

export interface CollectionOptions extends FollowOptions {
  readonly params?: { readonly query?: object };
  readonly resume?: string;
}

interface Listed {
  readonly metadata?: {
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}
type Line =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: Listed }
  | { readonly type: 'ERROR'; readonly object: Status };
type Event = Exclude<Line, { type: 'ERROR' }>;

/** Marks the bookmark behind the last object of the collection, as in Kubernetes. */
const INITIAL_END = 'k8s.io/initial-events-end';
const INITIAL = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
/** The server sends a bookmark at least every 60 s. */
const SILENCE_MS = 90_000;

export class Watch {
  readonly #get: Get;
  readonly #path: string;
  readonly #options: CollectionOptions;
  readonly #tools: Tools;
  readonly #backoff: Backoff;
  /** The resourceVersion of the last event; undefined: the snapshot is not whole, and a break begins it anew. */
  #resume: string | undefined;
  #reason: Status | undefined;

  constructor(get: Get, path: string, options: CollectionOptions, tools: Tools) {
    this.#get = get;
    this.#path = path;
    this.#options = options;
    this.#tools = tools;
    this.#backoff = new Backoff(tools.random);
    this.#resume = options.resume;
  }

  /** Ends by the signal alone. Throws `ApiError` on what trying again does not mend. */
  async *run(): AsyncGenerator<ObjectEvent<Listed>, never, undefined> {
    const { clock, signal } = this.#tools;
    const { onConnection } = this.#options;
    for (;;) {
      let reason: unknown;
      try {
        onConnection?.('connecting');
        yield* this.#connection();
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error)) {
          throw error;
        }
        if (cannotResume(error)) {
          this.#resume = undefined;
          this.#reason = error.status;
        }
        reason = error;
      }
      onConnection?.('lost', reason);
      await clock.sleep(this.#backoff.next(reason instanceof ApiError ? reason.retryAfterMs : 0), signal);
    }
  }

  async *#connection(): AsyncGenerator<ObjectEvent<Listed>, void, undefined> {
    const { clock, signal } = this.#tools;
    const from = this.#resume;
    const ended = new LinkedController(signal);
    try {
      const opening = this.#open(from, ended.signal);
      const body = await within(opening, SILENCE_MS, clock, signal);
      this.#options.onConnection?.('live');
      if (from === undefined) {
        yield this.#begin();
      }
      for await (const line of readLines<Line>(body, SILENCE_MS, this.#tools)) {
        if (line.type === 'ERROR') {
          throw ApiError.of(line.object.code ?? 500, line.object);
        }
        yield* this.#resume === undefined ? this.#fill(line) : this.#follow(line);
      }
    } finally {
      ended.abort();
    }
  }

  #begin(): ObjectEvent<Listed> {
    const reason = this.#reason;
    this.#reason = undefined;
    return { type: 'SNAPSHOT', ...(reason === undefined ? {} : { reason }) };
  }

  /** To go on from the middle of a snapshot would lose what was not told: its events are no place to resume from. */
  *#fill({ type, object }: Event): Generator<ObjectEvent<Listed>, void, undefined> {
    if (type !== 'BOOKMARK') {
      yield { type, object };
    } else if (object.metadata?.annotations?.[INITIAL_END] === 'true') {
      yield { type: 'SYNCED', resume: this.#goOn(object) };
    }
  }

  *#follow({ type, object }: Event): Generator<ObjectEvent<Listed>, void, undefined> {
    const resume = this.#goOn(object);
    yield type === 'BOOKMARK' ? { type, resume } : { type, object, resume };
  }

  #goOn({ metadata }: Listed): string {
    this.#backoff.reset();
    this.#resume = metadata?.resourceVersion ?? '';
    return this.#resume;
  }

  async #open(from: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { params } = this.#options;
    const place = from === undefined ? INITIAL : { resourceVersion: from };
    const { data, error, response } = await this.#get(this.#path, {
      params: { ...params, query: { ...params?.query, watch: true, allowWatchBookmarks: true, ...place } },
      parseAs: 'stream',
      signal,
    });
    if (!response.ok) {
      throw ApiError.of(response.status, error);
    }
    return data as ReadableStream<Uint8Array>;
  }
}
