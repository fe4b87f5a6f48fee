/** Changes of one collection over HTTP: list in pages, watch from there, again from the last event after a break. */
import { ApiError, isExpired, isPassing, type Status } from '../api-error.ts';
import { Backoff } from '../backoff.ts';
import type { FollowOptions, ObjectEvent } from '../events.ts';
import type { Tools } from '../transport.ts';
import { readLines } from './read-lines.ts';

/** openapi-fetch's GET of any path. */
export type Get = (
  path: string,
  init: object,
) => Promise<{ readonly data?: unknown; readonly error?: unknown; readonly response: Response }>;

export interface ListWatchOptions extends FollowOptions {
  readonly params?: { readonly query?: object };
  readonly resume?: string;
}

interface Listed {
  readonly metadata?: { readonly resourceVersion?: string };
}
interface List extends Listed {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Listed[];
}
type Line =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: Listed }
  | { readonly type: 'ERROR'; readonly object: Status };

const PAGE = 500;
/** The server sends a bookmark at least every 60 s. */
const SILENCE_MS = 90_000;

export class ListWatch {
  readonly #get: Get;
  readonly #path: string;
  readonly #options: ListWatchOptions;
  readonly #tools: Tools;
  readonly #backoff: Backoff;
  /** The resourceVersion of the last event; undefined: a list is due. */
  #resume: string | undefined;
  #reason: Status | undefined;

  constructor(get: Get, path: string, options: ListWatchOptions, tools: Tools) {
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
        if (isExpired(error)) {
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
    if (this.#resume === undefined) {
      yield* this.#snapshot();
    }
    const query = { watch: true, allowWatchBookmarks: true, resourceVersion: this.#resume };
    const body = (await this.#request(query, 'stream')) as ReadableStream<Uint8Array>;
    this.#options.onConnection?.('live');
    for await (const line of readLines<Line>(body, SILENCE_MS, this.#tools)) {
      if (line.type === 'ERROR') {
        throw ApiError.of(line.object.code ?? 500, line.object);
      }
      yield this.#eventOf(line);
    }
  }

  async *#snapshot(): AsyncGenerator<ObjectEvent<Listed>, void, undefined> {
    yield { type: 'SNAPSHOT', ...(this.#reason === undefined ? {} : { reason: this.#reason }) };
    this.#reason = undefined;
    let page: string | undefined;
    do {
      const list = (await this.#request({ limit: PAGE, continue: page }, 'json')) as List;
      for (const object of list.items) {
        yield { type: 'ADDED', object };
      }
      page = list.metadata.continue === '' ? undefined : list.metadata.continue;
      // Of a list in pages, all tell the revision of the first.
      this.#resume = page === undefined ? list.metadata.resourceVersion : undefined;
    } while (page !== undefined);
    yield { type: 'SYNCED', resume: this.#resume ?? '' };
  }

  #eventOf({ type, object }: Exclude<Line, { type: 'ERROR' }>): ObjectEvent<Listed> {
    this.#backoff.reset();
    const resume = object.metadata?.resourceVersion ?? '';
    this.#resume = resume;
    return type === 'BOOKMARK' ? { type, resume } : { type, object, resume };
  }

  async #request(query: object, parseAs: 'json' | 'stream'): Promise<unknown> {
    const { params } = this.#options;
    const { data, error, response } = await this.#get(this.#path, {
      params: { ...params, query: { ...params?.query, ...query } },
      parseAs,
      signal: this.#tools.signal,
    });
    if (!response.ok) {
      throw ApiError.of(response.status, error);
    }
    return data;
  }
}
