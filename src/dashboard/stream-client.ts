/** The stream as the dashboard uses it: subscribes, reconnects with back-off, resumes from the last tokens. */

export interface StreamObject {
  metadata: { uid: string; name: string; namespace?: string; deletionTimestamp?: string };
}
export interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StreamObject;
}
export interface WantedSubscription {
  readonly id: string;
  readonly apiVersion: string;
  readonly kind: string;
}
export interface StreamHandlers {
  readonly onState: (state: 'connecting' | 'live' | 'lost') => void;
  /** A snapshot begins: forget what was known. */
  readonly onReset: (id: string) => void;
  readonly onEvents: (id: string, events: readonly StreamEvent[]) => void;
}
/** The part of a browser's WebSocket that is used; injected, so that tests need no browser. */
export interface Socket {
  send(text: string): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}
export interface StreamOptions extends StreamHandlers {
  readonly subscriptions: readonly WantedSubscription[];
  readonly connect: () => Socket;
  readonly later: (run: () => void, ms: number) => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly token?: string;
  readonly last?: boolean;
  readonly objects?: readonly StreamObject[];
  readonly events?: readonly StreamEvent[];
  readonly status?: { readonly code: number };
}

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
/** Ends of a subscription that trying again at once mends: history gone or never there, read too slowly. */
const PASSING: readonly number[] = [410, 429, 504];

export class StreamClient {
  readonly #options: StreamOptions;
  readonly #tokens = new Map<string, string>();
  /** Subscriptions whose snapshot has begun and is not whole yet. */
  readonly #filling = new Set<string>();
  #failures = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  start(): void {
    const { connect, onState, subscriptions } = this.#options;
    onState('connecting');
    const socket = connect();
    this.#filling.clear();
    socket.addEventListener('open', () => {
      onState('live');
      for (const wanted of subscriptions) {
        this.#subscribe(socket, wanted);
      }
    });
    socket.addEventListener('message', (event) => this.#receive(socket, JSON.parse(String(event.data)) as Frame));
    socket.addEventListener('close', () => this.#reconnect());
  }

  #subscribe(socket: Socket, wanted: WantedSubscription): void {
    const resume = this.#tokens.get(wanted.id);
    socket.send(JSON.stringify({ type: 'subscribe', ...wanted, ...(resume === undefined ? {} : { resume }) }));
  }

  #receive(socket: Socket, frame: Frame): void {
    const { type, id, token } = frame;
    this.#failures = 0;
    if (id === undefined) {
      return;
    }
    if (type === 'snapshot') {
      this.#takePage(id, frame);
    } else if (type === 'changes') {
      this.#options.onEvents(id, frame.events ?? []);
    } else if (type === 'error') {
      this.#startOver(socket, id, frame);
      return;
    }
    if (token !== undefined) {
      this.#tokens.set(id, token);
    }
  }

  #takePage(id: string, { objects = [], last }: Frame): void {
    if (!this.#filling.has(id)) {
      this.#filling.add(id);
      this.#options.onReset(id);
    }
    if (last === true) {
      this.#filling.delete(id);
    }
    this.#options.onEvents(
      id,
      objects.map((object) => ({ type: 'ADDED', object })),
    );
  }

  /** A subscription ended: again, from the token if there is one. */
  #startOver(socket: Socket, id: string, { token, status }: Frame): void {
    if (token === undefined) {
      this.#tokens.delete(id);
    } else {
      this.#tokens.set(id, token);
    }
    this.#filling.delete(id);
    const wanted = this.#options.subscriptions.find((subscription) => subscription.id === id);
    if (wanted !== undefined) {
      const wait = PASSING.includes(status?.code ?? 0) ? FIRST_WAIT_MS : MAX_WAIT_MS;
      this.#options.later(() => this.#subscribe(socket, wanted), wait);
    }
  }

  #reconnect(): void {
    const { onState, later, random } = this.#options;
    onState('lost');
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#failures, MAX_WAIT_MS);
    this.#failures += 1;
    later(() => this.start(), wait * (0.5 + random() / 2));
  }
}
