/**
 * Changes that wait for a slow client, reduced to the newest state of each object. Oldest first, so that the client has
 * a place to resume from while others still wait: of every object the state there was delivered, or a newer one waits.
 * It says how much it holds; whoever adds keeps that within bounds.
 */
import type { WatchEvent } from '../../registry/registry.ts';
import type { Position } from './resume-token.ts';

/** What the client has of an object: `unsure` after a resume, when some of what came in between was delivered. */
type Knowledge = 'none' | 'some' | 'unsure';
interface Pending {
  readonly event: WatchEvent;
  readonly known: Knowledge;
}

/** The entry, and of the object what is beside its body. */
const ENTRY_BYTES = 512;
const bytesOf = ({ event }: Pending): number => event.object.body.length + ENTRY_BYTES;

export class Coalescer {
  /** By uid: of two objects of one name both the end and the beginning are told. */
  readonly #pending = new Map<string, Pending>();
  /** What changed up to here may have been delivered to the client already. */
  readonly #unsureUntil: number;
  #revision: number;
  #bytes = 0;

  constructor({ revision, horizon }: Position) {
    this.#revision = revision;
    this.#unsureUntil = horizon;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** What those that wait cost. */
  get bytes(): number {
    return this.#bytes;
  }

  #hold(uid: string, pending: Pending): void {
    this.#pending.set(uid, pending);
    this.#bytes += bytesOf(pending);
  }

  #release(uid: string, pending: Pending): void {
    this.#pending.delete(uid);
    this.#bytes -= bytesOf(pending);
  }

  /** In order. `revision`: nothing up to it is missing. */
  add(events: readonly WatchEvent[], revision: number): void {
    for (const event of events) {
      this.#merge(event);
    }
    this.#revision = revision;
  }

  #merge(event: WatchEvent): void {
    const { uid } = event.object;
    const before = this.#pending.get(uid);
    if (before !== undefined) {
      this.#release(uid, before);
    }
    const known = this.#knowledge(event, before);
    // What came and went unseen: a tombstone of each would be memory without a bound.
    if (event.type !== 'DELETED' || known !== 'none') {
      this.#hold(uid, { event, known });
    }
  }

  #knowledge({ type, object }: WatchEvent, before: Pending | undefined): Knowledge {
    if (before !== undefined) {
      // It left the selection and came back: what happened to it in between was not told.
      return before.event.type === 'DELETED' ? 'unsure' : before.known;
    }
    if (object.revision <= this.#unsureUntil) {
      return 'unsure';
    }
    return type === 'ADDED' ? 'none' : 'some';
  }

  /** Events for one frame, at least one if there are any; `isFull` is asked after each. */
  take(isFull: (event: WatchEvent) => boolean): WatchEvent[] {
    const taken: WatchEvent[] = [];
    for (const [uid, pending] of this.#pending) {
      const { event, known } = pending;
      const { object } = event;
      const type = event.type === 'DELETED' ? event.type : known === 'some' ? 'MODIFIED' : 'ADDED';
      const told: WatchEvent = { type, object };
      taken.push(told);
      this.#release(uid, pending);
      if (isFull(told)) {
        break;
      }
    }
    return taken;
  }

  /** Where to resume after what was taken so far. */
  get position(): Position {
    const [oldest] = this.#pending.values();
    const horizon = Math.max(this.#revision, this.#unsureUntil);
    return { revision: oldest === undefined ? this.#revision : oldest.event.object.revision - 1, horizon };
  }
}
