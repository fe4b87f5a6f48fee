/**
 * A number of places that several kinds of work take: each has a share that no other can fill, and what is left over goes
 * to whoever has the fewest. So a flood of one kind slows only itself, and uses all that nobody else needs.
 */
interface Waiter {
  readonly resolve: () => void;
}
interface Queue {
  readonly share: number;
  taken: number;
  readonly waiting: Set<Waiter>;
}

export class Shares<Name extends string> {
  readonly #queues: ReadonlyMap<Name, Queue>;
  #free: number;

  /** The shares are together no more than the places. */
  constructor(places: number, shares: Readonly<Record<Name, number>>) {
    this.#free = places;
    const names = Object.keys(shares) as Name[];
    this.#queues = new Map(names.map((name) => [name, { share: shares[name], taken: 0, waiting: new Set() }]));
  }

  /** A place at once, to be given back; false: there is none. */
  takeFree(name: Name): boolean {
    const queue = this.#queue(name);
    const isFree = queue.waiting.size === 0 && this.#mayTake(queue);
    if (isFree) {
      this.#grant(queue);
    }
    return isFree;
  }

  /** Waits for one. Rejects with the signal's reason when it aborts first. */
  take(name: Name, signal: AbortSignal): Promise<void> {
    if (this.takeFree(name)) {
      return Promise.resolve();
    }
    const queue = this.#queue(name);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        queue.waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        resolve: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      queue.waiting.add(waiter);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) {
        leave();
      }
    });
  }

  give(name: Name): void {
    this.#queue(name).taken -= 1;
    this.#free += 1;
    this.#next();
  }

  #queue(name: Name): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) {
      throw new Error(`no share is called ${name}`);
    }
    return queue;
  }

  /** Within its share there is always a place: all others leave it. */
  #mayTake(queue: Queue): boolean {
    const others = [...this.#queues.values()].filter((other) => other !== queue);
    const kept = others.reduce((sum, { share, taken }) => sum + Math.max(0, share - taken), 0);
    return this.#free > kept;
  }

  #grant(queue: Queue): void {
    queue.taken += 1;
    this.#free -= 1;
  }

  /** One place was given back, so one can go on. */
  #next(): void {
    const able = [...this.#queues.values()].filter((queue) => queue.waiting.size > 0 && this.#mayTake(queue));
    const [queue] = able.sort((a, b) => a.taken - b.taken);
    const [waiter] = queue?.waiting ?? [];
    if (queue !== undefined && waiter !== undefined) {
      queue.waiting.delete(waiter);
      this.#grant(queue);
      waiter.resolve();
    }
  }
}
