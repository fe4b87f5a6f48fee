/**
 * One watcher as client-go is one: begins somewhere, takes what comes, and when a connection ends goes on at another
 * replica from the last resourceVersion that it was told. Records everything.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Random } from '../../src/timing/random.ts';
import { type ApiAccess, collectionPath, selectorQuery, toState } from './api-client.ts';
import { watchSeconds } from './compose-replica.ts';
import type { ObjectState, Selector, WatchItem, WatchSession, WatchStream } from './history.ts';

type Start =
  | { readonly type: 'revision'; readonly revision: number }
  /** A list, in pages if there is a limit. */
  | { readonly type: 'list'; readonly limit?: number }
  /** A watch that sends what exists first. */
  | { readonly type: 'initial-events' };

export interface WatcherOptions extends ApiAccess {
  readonly name: string;
  readonly replicas: readonly { readonly name: string; readonly origin: string }[];
  readonly selector: Selector;
  readonly start: Start;
  readonly random: Random;
  readonly signal: AbortSignal;
}

const RETRY_MS = 50;
const SILENCE_MS = 3_000;
const INITIAL_END = 'k8s.io/initial-events-end';
/** Faults explain these: the client comes again. */
const PASSING: readonly number[] = [429, 503, 504];

type Line =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: Parameters<typeof toState>[0] }
  | {
      readonly type: 'BOOKMARK';
      readonly object: { readonly metadata: { readonly resourceVersion: string; readonly annotations?: object } };
    }
  | { readonly type: 'ERROR'; readonly object: { readonly code: number } };

type Stream = { -readonly [K in keyof WatchStream]: WatchStream[K] } & { readonly items: WatchItem[] };

export class Watcher {
  readonly #options: WatcherOptions;
  readonly #streams: Stream[] = [];
  #base: WatchSession['base'] | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** undefined: it never got to begin. */
  get session(): WatchSession | undefined {
    const { name, selector, start } = this.#options;
    const paged = start.type === 'list' && start.limit !== undefined;
    return this.#base && { name, selector, base: this.#base, paged, streams: this.#streams };
  }

  /** The last revision that it was told, or began with. */
  get revision(): number {
    const last = this.#streams.findLast(({ items }) => items.length > 0)?.items.at(-1);
    const told = last?.type === 'BOOKMARK' ? last.revision : last?.object.revision;
    return told ?? this.#base?.revision ?? 0;
  }

  /** Until the signal aborts. */
  async run(): Promise<void> {
    const { signal, random, replicas, start } = this.#options;
    if (start.type === 'revision') {
      this.#base = { revision: start.revision };
    }
    while (!signal.aborted) {
      const replica = replicas[Math.floor(random.next() * replicas.length)] ?? { name: '', origin: '' };
      try {
        await this.#connect(replica);
      } catch {
        // A connection that a fault cut off: what it brought is recorded, the next one goes on from there.
      }
      await sleep(RETRY_MS);
    }
  }

  async #connect({ name, origin }: { name: string; origin: string }): Promise<void> {
    const { start } = this.#options;
    if (this.#base === undefined && start.type === 'list') {
      this.#base = await this.#list(origin, start.limit);
    }
    const stream: Stream = { replica: name, from: this.revision, items: [] };
    if (this.#base === undefined) {
      await this.#watchInitial(origin, stream);
      return;
    }
    this.#streams.push(stream);
    await this.#follow(this.#watch(origin, { resourceVersion: String(stream.from) }, stream), stream);
  }

  async #list(origin: string, limit: number | undefined): Promise<WatchSession['base']> {
    const items: ObjectState[] = [];
    let next: string | undefined;
    let revision: number | undefined;
    do {
      const page = { ...(limit === undefined ? {} : { limit: String(limit) }), ...(next ? { continue: next } : {}) };
      const { statusCode, body } = await this.#get(origin, page);
      const list = (await body.json()) as {
        metadata: { resourceVersion: string; continue?: string };
        items: Parameters<typeof toState>[0][];
      };
      if (statusCode !== 200) {
        throw new Error(`the list was answered ${statusCode}`);
      }
      items.push(...list.items.map(toState));
      revision ??= Number(list.metadata.resourceVersion);
      next = list.metadata.continue;
    } while (next !== undefined && next !== '');
    return { revision, items };
  }

  async #watchInitial(origin: string, stream: Stream): Promise<void> {
    const items: ObjectState[] = [];
    const query = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
    const lines = this.#watch(origin, query, stream);
    for await (const line of lines) {
      if (line.type === 'BOOKMARK' && INITIAL_END in (line.object.metadata.annotations ?? {})) {
        const revision = Number(line.object.metadata.resourceVersion);
        this.#base = { revision, items };
        stream.from = revision;
        this.#streams.push(stream);
        await this.#follow(lines, stream);
        return;
      }
      if (line.type === 'ADDED') {
        items.push(toState(line.object));
      }
    }
  }

  async #follow(lines: AsyncIterable<Line>, stream: Stream): Promise<void> {
    for await (const line of lines) {
      const at = performance.now();
      if (line.type === 'BOOKMARK') {
        stream.items.push({ at, type: line.type, revision: Number(line.object.metadata.resourceVersion) });
      } else if (line.type !== 'ERROR') {
        stream.items.push({ at, type: line.type, object: toState(line.object) });
      } else if (!PASSING.includes(line.object.code)) {
        stream.wrong = JSON.stringify(line);
      }
    }
  }

  async *#watch(origin: string, query: Record<string, string>, stream: Stream): AsyncGenerator<Line> {
    const timeoutSeconds = String(watchSeconds(500 + this.#options.random.next() * 2_000));
    const parameters = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds, ...query };
    const { statusCode, body } = await this.#get(origin, parameters);
    if (statusCode !== 200) {
      const text = await body.text();
      if (!PASSING.includes(statusCode)) {
        stream.wrong = `${statusCode} ${text}`;
      }
      return;
    }
    let rest = '';
    for await (const chunk of body.setEncoding('utf8')) {
      // What was cut off in the middle of a line was not told.
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines.map((line) => JSON.parse(line) as Line);
    }
  }

  #get(origin: string, query: Record<string, string>) {
    const { selector, token, dispatcher, signal } = this.#options;
    const parameters = selectorQuery(selector);
    for (const [name, value] of Object.entries(query)) {
      parameters.set(name, value);
    }
    return request(`${origin}${collectionPath(selector.namespace)}?${parameters}`, {
      ...{ dispatcher, signal, headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS },
      headers: { authorization: `Bearer ${token}` },
    });
  }
}
