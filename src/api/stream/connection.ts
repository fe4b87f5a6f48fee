/** One client's socket: what it sends is answered in order, heartbeats, and its end. */
import type { RawData, WebSocket } from 'ws';
import type { UserInfo } from '../../auth/identity.ts';
import { Turns } from '../../timing/turns.ts';
import { formatTime } from '../../values/rfc3339.ts';
import type { ApiContext } from '../context.ts';
import { errorMessage } from './error-message.ts';
import type { ClientMessage } from './messages.ts';
import { Outbox } from './outbox.ts';
import { checkMessage, readFrame, requestedId } from './parse-message.ts';
import { reviewAccess } from './review-access.ts';
import { MAX_SUBSCRIPTIONS, type StreamServer, Subscriptions } from './subscriptions.ts';

export const HEARTBEAT_MS = 10_000;
/** A client that answered no ping for this long is gone. */
export const SILENCE_MS = 35_000;
/** Of a message, in what Turns counts: others get theirs after a hundred. 10,000 came in one chunk and held the thread for 600 ms. */
const MESSAGE_WORK = 2_000;
/** Of a subscription, beside its message: its list is a statement of its own. */
const SUBSCRIPTION_WORK = 20_000;
/** WebSocket close codes, RFC 6455. */
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

interface Received {
  readonly data: RawData;
  readonly isBinary: boolean;
}

/** Whose it is. */
export interface StreamUser {
  readonly user: UserInfo;
  /** Looks at the credentials again. */
  readonly identify: () => Promise<UserInfo | undefined>;
}

export class StreamConnection {
  readonly #context: ApiContext;
  readonly #socket: WebSocket;
  readonly #outbox: Outbox;
  readonly #closed = new AbortController();
  readonly #subscriptions: Subscriptions;
  readonly #identify: StreamUser['identify'];
  #heardAt: number;
  readonly #others = new Turns();
  #received: Received[] = [];
  #isAnswering = false;

  constructor(server: StreamServer, { user, identify }: StreamUser, socket: WebSocket) {
    const { context } = server;
    this.#context = context;
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#subscriptions = new Subscriptions({ ...server, user, outbox: this.#outbox, signal: this.#closed.signal });
    this.#identify = identify;
    this.#heardAt = context.clock.monotonic();
  }

  /** Resolves when the socket is closed. */
  async run(): Promise<void> {
    const { clock, signal, logger } = this.#context;
    this.#socket.on('pong', () => {
      this.#heardAt = clock.monotonic();
    });
    this.#socket.on('message', (data, isBinary) => this.#enqueue(data, isBinary));
    this.#socket.on('error', (error) => logger.debug({ err: error }, 'stream socket failed'));
    this.#socket.once('close', () => this.#closed.abort());
    const bye = (): void => this.#socket.close(GOING_AWAY, 'the server stops');
    signal.addEventListener('abort', bye, { once: true });
    if (signal.aborted) {
      bye();
    }
    void this.#outbox.message({
      ...{ type: 'hello', protocol: 'flotilla.stream.v1alpha1' },
      ...{ heartbeatSeconds: HEARTBEAT_MS / 1_000, maxSubscriptions: MAX_SUBSCRIPTIONS },
    });
    await Promise.all([this.#beat(), this.#review()]);
    signal.removeEventListener('abort', bye);
  }

  async #review(): Promise<void> {
    const of = { identify: this.#identify, subscriptions: this.#subscriptions, signal: this.#closed.signal };
    if (!(await reviewAccess(of, this.#context))) {
      this.#socket.close(POLICY_VIOLATION, 'the credentials are not valid any more');
    }
  }

  /** Never waits for the client: one that reads nothing must still be found silent. */
  async #beat(): Promise<void> {
    const { clock } = this.#context;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
      if (clock.monotonic() - this.#heardAt > SILENCE_MS) {
        this.#socket.terminate();
        return;
      }
      if (this.#socket.readyState === this.#socket.OPEN) {
        this.#socket.ping();
        if (!this.#outbox.isBlocked) {
          this.#subscriptions.sendBookmarks();
          void this.#outbox.message({ type: 'heartbeat', time: formatTime(clock.now()) });
        }
      }
    }
  }

  /** Nothing more is read while a message waits for its answer: a client cannot pile up work here. */
  #enqueue(data: RawData, isBinary: boolean): void {
    this.#heardAt = this.#context.clock.monotonic();
    this.#socket.pause();
    this.#received.push({ data, isBinary });
    if (!this.#isAnswering) {
      this.#answer().catch((error: unknown) => {
        this.#context.logger.error({ err: error }, 'a stream cannot answer');
        this.#socket.terminate();
      });
    }
  }

  /**
   * In the order they came in. A loop, not a promise that waits for another: V8 looks through all that wait when an error
   * is made, which of 10,000 takes half a millisecond.
   */
  async #answer(): Promise<void> {
    this.#isAnswering = true;
    while (this.#received.length > 0) {
      const received = this.#received;
      this.#received = [];
      for (const each of received) {
        await this.#others.after(MESSAGE_WORK);
        await this.#receive(each);
        // It reads: its pongs wait behind what it sent.
        this.#heardAt = this.#context.clock.monotonic();
      }
    }
    this.#isAnswering = false;
    this.#socket.resume();
  }

  async #receive({ data, isBinary }: Received): Promise<void> {
    let id: string | undefined;
    try {
      const frame = readFrame(data, isBinary);
      id = requestedId(frame);
      await this.#handle(checkMessage(frame));
    } catch (error) {
      // With the id of a subscription that goes on, the refusal would look like its end.
      const ended = id === undefined || this.#subscriptions.has(id) ? undefined : id;
      if (ended !== undefined) {
        this.#subscriptions.rememberFailed(ended);
      }
      await this.#outbox.message(errorMessage(this.#context.logger, error, ended));
    }
  }

  async #handle(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'ping':
        return this.#outbox.message({ type: 'pong' });
      case 'credit':
        return this.#subscriptions.addCredits(message);
      case 'unsubscribe':
        return this.#subscriptions.end(message.id);
      case 'subscribe':
        await this.#others.after(SUBSCRIPTION_WORK);
        return this.#subscriptions.start(message);
    }
  }
}
