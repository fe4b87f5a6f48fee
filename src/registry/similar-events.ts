/**
 * Events that differ in their words alone: of many about one object the first are told each, the others together.
 * Source: client-go tools/record, EventAggregator.
 */
import { BoundedMap } from '../timing/bounded-map.ts';

/** Source: maxLruCacheEntries, defaultAggregateMaxEvents, defaultAggregateIntervalInSeconds. */
const REMEMBERED = 4_096;
const MOST = 10;
const FORGET_MS = 600_000;

interface Told {
  readonly messages: Set<string>;
  lastAt: number;
}

export class SimilarEvents {
  readonly #told = new BoundedMap<string, Told>(REMEMBERED);

  /** `kind`: all of an event but its words. True: it is to be told together with others of its kind. */
  areMany(kind: string, message: string, nowMs: number): boolean {
    const known = this.#told.get(kind);
    const told = known === undefined || nowMs - known.lastAt > FORGET_MS ? { messages: new Set<string>() } : known;
    told.messages.add(message);
    this.#told.set(kind, Object.assign(told, { lastAt: nowMs }));
    const [first] = told.messages;
    if (told.messages.size < MOST || first === undefined) {
      return false;
    }
    told.messages.delete(first);
    return true;
  }
}
