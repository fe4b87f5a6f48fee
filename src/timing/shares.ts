/**
 * A number of places that several kinds of work take: each has a share that no other can fill, and what is left over goes
 * to whoever has the fewest. So a flood of one kind slows only itself, and uses all that nobody else needs. Within a kind
 * callers with a name have turns, and the last place is for one who has none: so a flood of one slows only itself, too.
 */
import { Waiters } from './waiters.ts';

interface Waiter {
  readonly resolve: () => void;
}
interface Queue {
  readonly share: number;
  taken: number;
  /** How many places each caller with a name has. */
  readonly held: Map<string, number>;
  readonly waiting: Waiters<Waiter>;
}

/** Work of the process itself. */
const NOBODY = '';

export class Shares<Name extends string> {
  readonly #queues: ReadonlyMap<Name, Queue>;
  #free: number;

  /** The shares are together no more than the places. */
  constructor(places: number, shares: Readonly<Record<Name, number>>) {
    this.#free = places;
    const names = Object.keys(shares) as Name[];
    this.#queues = new Map(
      names.map((name) => [name, { share: shares[name], taken: 0, held: new Map(), waiting: new Waiters() }]),
    );
  }

  /** A place at once, to be given back; false: there is none. */
  takeFree(name: Name, caller = NOBODY): boolean {
    const queue = this.#queue(name);
    const isFree = queue.waiting.sizeOf(caller) === 0 && this.#mayTake(queue, caller);
    if (isFree) {
      this.#grant(queue, caller);
    }
    return isFree;
  }

  /** Waits for one. Rejects with the signal's reason when it aborts first. */
  take(name: Name, signal: AbortSignal, caller = NOBODY): Promise<void> {
    if (this.takeFree(name, caller)) {
      return Promise.resolve();
    }
    const { waiting } = this.#queue(name);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(caller, waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        resolve: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      waiting.add(caller, waiter);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) {
        leave();
      }
    });
  }

  give(name: Name, caller = NOBODY): void {
    const queue = this.#queue(name);
    queue.taken -= 1;
    this.#free += 1;
    const left = (queue.held.get(caller) ?? 0) - 1;
    left > 0 ? queue.held.set(caller, left) : queue.held.delete(caller);
    this.#next();
  }

  waiting(name: Name): Pick<Waiters<unknown>, 'size' | 'sizeOf'> {
    return this.#queue(name).waiting;
  }

  #queue(name: Name): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) {
      throw new Error(`no share is called ${name}`);
    }
    return queue;
  }

  /** Within its share there is always a place: all others leave it. */
  #mayTake(queue: Queue, caller: string): boolean {
    const others = [...this.#queues.values()].filter((other) => other !== queue);
    const kept = others.reduce((sum, { share, taken }) => sum + Math.max(0, share - taken), 0);
    const left = this.#free - kept;
    return left > 1 || (left === 1 && !queue.held.has(caller));
  }

  #grant(queue: Queue, caller: string): void {
    queue.taken += 1;
    this.#free -= 1;
    if (caller !== NOBODY) {
      queue.held.set(caller, (queue.held.get(caller) ?? 0) + 1);
    }
  }

  /** A place was given back. Two may go on: one takes it, and whoever gave it may now have the last that was kept free. */
  #next(): void {
    for (let first = this.#nextOfAll(); first !== undefined; first = this.#nextOfAll()) {
      this.#grant(first.queue, first.caller);
      first.queue.waiting.shift(first.caller)?.resolve();
    }
  }

  /** Of those who may: whose kind has the fewest. */
  #nextOfAll(): { readonly queue: Queue; readonly caller: string } | undefined {
    const able = [...this.#queues.values()].flatMap((queue) => {
      const caller = queue.waiting.nextCaller((each) => this.#mayTake(queue, each));
      return caller === undefined ? [] : [{ queue, caller }];
    });
    return able.sort((a, b) => a.queue.taken - b.queue.taken)[0];
  }
}
