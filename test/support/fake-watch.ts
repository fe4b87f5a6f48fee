/** List and watch of a FakeFleet as a `fetch`, one step at a time, and able to do all that goes wrong. */
import type { FakeFleet } from './fake-fleet.ts';

interface OpenWatch {
  readonly body: ReadableStreamDefaultController<Uint8Array>;
  told: number;
  isOpen: boolean;
}

const status = (code: number, reason: string): object => ({
  ...{ kind: 'Status', code, reason, message: reason },
  ...(code === 429 ? { details: { retryAfterSeconds: 7 } } : {}),
});

export class FakeWatchServer {
  readonly requests: URL[] = [];
  readonly #fleet: FakeFleet;
  readonly #pageSize: number;
  readonly #watches: OpenWatch[] = [];
  /** What the next requests get instead of an answer: a code, or 0 for a broken connection. */
  readonly refusals: number[] = [];

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
    if (refusal !== undefined) {
      return Response.json(status(refusal, 'Refused'), { status: refusal });
    }
    return url.searchParams.get('watch') === 'true' ? this.#watch(url, request.signal) : this.#list(url);
  };

  #list({ searchParams }: URL): Response {
    const { objects, revision } = this.#fleet;
    const [at, start] = (searchParams.get('continue') ?? `${revision}/0`).split('/').map(Number) as [number, number];
    if (at !== revision) {
      // Pages are of one revision; this model keeps only the newest.
      return Response.json(status(410, 'Expired'), { status: 410 });
    }
    const end = start + this.#pageSize;
    const rest = end < objects.size ? { continue: `${at}/${end}` } : {};
    return Response.json({
      metadata: { resourceVersion: String(at), ...rest },
      items: [...objects.values()].slice(start, end),
    });
  }

  #watch({ searchParams }: URL, signal: AbortSignal): Response {
    const from = Number(searchParams.get('resourceVersion'));
    const parts: { watch?: OpenWatch } = {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        parts.watch = { body: controller, told: from, isOpen: true };
        this.#watches.push(parts.watch);
      },
      cancel: () => {
        if (parts.watch !== undefined) {
          parts.watch.isOpen = false;
        }
      },
    });
    signal.addEventListener('abort', () => this.#end(parts.watch, signal.reason));
    if (from < this.#fleet.compacted) {
      this.#write(parts.watch, { type: 'ERROR', object: status(410, 'Expired') });
      this.#end(parts.watch);
    }
    return new Response(body);
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

  /** Sends what has changed, at most so many events. */
  deliver(count: number): void {
    for (const watch of this.#watches) {
      for (const change of this.#fleet.after(watch.told).slice(0, count)) {
        this.#write(watch, change);
        watch.told = Number(change.object.metadata.resourceVersion);
      }
    }
  }

  bookmark(): void {
    for (const watch of this.#watches) {
      this.#write(watch, { type: 'BOOKMARK', object: { metadata: { resourceVersion: String(watch.told) } } });
    }
  }

  /** Ends every watch; with an event of which only some bytes arrive, when there is one. */
  cut(bytes: number): void {
    for (const watch of this.#watches) {
      const change = this.#fleet.after(watch.told)[0];
      if (change !== undefined) {
        this.#write(watch, change, bytes);
      }
      this.#end(watch, bytes % 2 === 0 ? undefined : new TypeError('terminated'));
    }
  }

  fail(code: number): void {
    for (const watch of this.#watches) {
      this.#write(watch, { type: 'ERROR', object: status(code, 'Failed') });
      this.#end(watch);
    }
  }
}
