/** Watches of a FakeFleet as a `fetch`, one step at a time, and able to do all that goes wrong. */
import { type FakeFleet, revisionOf } from './fake-fleet.ts';
import { InitialEvents } from './fake-initial-events.ts';

interface OpenWatch {
  readonly body: ReadableStreamDefaultController<Uint8Array>;
  /** Told up to this revision; while it fills, the first page's. */
  told: number;
  /** Undefined: all of them are told. */
  filling: InitialEvents | undefined;
  isOpen: boolean;
}

const status = (code: number, reason: string, details?: object): object => ({
  ...{ kind: 'Status', code, reason, message: reason },
  ...(code === 429 ? { details: { retryAfterSeconds: 7 } } : {}),
  ...(details === undefined ? {} : { details }),
});
const EXPIRED = status(410, 'Expired');
const FROM_THE_FUTURE = status(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] });

export class FakeWatchServer {
  readonly requests: URL[] = [];
  readonly #fleet: FakeFleet;
  readonly #pageSize: number;
  readonly #watches: OpenWatch[] = [];
  /** What the next requests get instead of an answer: a code, 0 for a broken connection, or nothing at all. */
  readonly refusals: (number | 'silence')[] = [];
  /** Requests that wait for an answer that never comes. */
  unanswered = 0;

  constructor(fleet: FakeFleet, pageSize = 2) {
    this.#fleet = fleet;
    this.#pageSize = pageSize;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    this.requests.push(url);
    const refusal = this.refusals.shift();
    if (refusal === 0) {
      throw new TypeError('fetch failed');
    }
    if (refusal === 'silence') {
      return this.#keepWaiting(request.signal);
    }
    if (refusal !== undefined) {
      return Response.json(status(refusal, 'Refused'), { status: refusal });
    }
    return this.#watch(url, request.signal);
  };

  #keepWaiting(signal: AbortSignal): Promise<never> {
    this.unanswered += 1;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        this.unanswered -= 1;
        reject(signal.reason);
      });
    });
  }

  #watch({ searchParams }: URL, signal: AbortSignal): Response {
    const isInitial = searchParams.get('sendInitialEvents') === 'true';
    const from = isInitial ? this.#fleet.revision : Number(searchParams.get('resourceVersion'));
    const parts: { watch?: OpenWatch } = {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const filling = isInitial ? new InitialEvents(this.#fleet, this.#pageSize) : undefined;
        parts.watch = { body: controller, told: from, filling, isOpen: true };
        this.#watches.push(parts.watch);
      },
      cancel: () => {
        if (parts.watch !== undefined) {
          parts.watch.isOpen = false;
        }
      },
    });
    signal.addEventListener('abort', () => this.#end(parts.watch, signal.reason));
    if (from > this.#fleet.revision) {
      this.#fail(parts.watch, FROM_THE_FUTURE);
    }
    this.#step(parts.watch, isInitial);
    return new Response(body);
  }

  /** A page of the initial events, or a change; without either, only whether the history is still there. */
  #step(watch: OpenWatch | undefined, isDue = true): void {
    if (watch === undefined || watch.told < this.#fleet.compacted) {
      this.#fail(watch, EXPIRED);
    } else if (isDue && watch.filling !== undefined) {
      this.#fill(watch, watch.filling);
    } else if (isDue) {
      this.#change(watch);
    }
  }

  #fill(watch: OpenWatch, filling: InitialEvents): void {
    const { events, isLast } = filling.step();
    for (const event of events) {
      this.#write(watch, event);
    }
    watch.told = filling.revision;
    if (isLast) {
      watch.filling = undefined;
      this.#bookmark(watch, { annotations: { 'k8s.io/initial-events-end': 'true' } });
    }
  }

  #change(watch: OpenWatch): void {
    const change = this.#fleet.after(watch.told)[0];
    if (change !== undefined) {
      this.#write(watch, change);
      watch.told = revisionOf(change.object);
    }
  }

  #write(watch: OpenWatch | undefined, line: object, bytes = Number.POSITIVE_INFINITY): void {
    if (watch?.isOpen === true) {
      watch.body.enqueue(new TextEncoder().encode(`${JSON.stringify(line)}\n`).slice(0, bytes));
    }
  }

  #end(watch: OpenWatch | undefined, error?: unknown): void {
    if (watch?.isOpen === true) {
      watch.isOpen = false;
      if (error === undefined) {
        watch.body.close();
      } else {
        watch.body.error(error);
      }
    }
  }

  get openWatches(): number {
    return this.#watches.filter(({ isOpen }) => isOpen).length;
  }

  /** At most so many pages and changes of each watch. */
  deliver(count: number): void {
    for (const watch of this.#watches) {
      for (let i = 0; i < count && watch.isOpen; i += 1) {
        this.#step(watch);
      }
    }
  }

  /** Not in the middle of the initial events. */
  bookmark(): void {
    for (const watch of this.#watches.filter(({ filling }) => filling === undefined)) {
      this.#bookmark(watch);
    }
  }

  #bookmark(watch: OpenWatch, metadata: object = {}): void {
    const object = { metadata: { resourceVersion: String(watch.told), ...metadata } };
    this.#write(watch, { type: 'BOOKMARK', object });
  }

  /** Ends every watch; with an event of which only some bytes arrive, when there is one. */
  cut(bytes: number): void {
    for (const watch of this.#watches) {
      const line = watch.filling === undefined ? this.#fleet.after(watch.told)[0] : watch.filling.step().events[0];
      if (line !== undefined) {
        this.#write(watch, line, bytes);
      }
      this.#end(watch, bytes % 2 === 0 ? undefined : new TypeError('terminated'));
    }
  }

  fail(code: number): void {
    for (const watch of this.#watches) {
      this.#fail(watch, status(code, 'Failed'));
    }
  }

  #fail(watch: OpenWatch | undefined, object: object): void {
    this.#write(watch, { type: 'ERROR', object });
    this.#end(watch);
  }
}
