/** One client's socket: its subscriptions, heartbeats and end. A failing subscription never ends the others. */
import type { RawData, WebSocket } from 'ws';
import type { UserInfo } from '../../auth/identity.ts';
import { alreadyExists, internalError, notFound, StatusError, tooManyRequests } from '../../errors.ts';
import { formatTime } from '../../values/rfc3339.ts';
import { authorize } from '../access/authorize.ts';
import type { ApiContext } from '../context.ts';
import type { ClientMessage, Subscribe } from './messages.ts';
import { Outbox } from './outbox.ts';
import { parseMessage } from './parse-message.ts';
import { findDefinition, Subscription } from './subscription.ts';

export const HEARTBEAT_MS = 10_000;
/** A client that answered no ping for this long is gone. */
const SILENCE_MS = 35_000;
export const MAX_SUBSCRIPTIONS = 100;
/** WebSocket close codes, RFC 6455. */
const GOING_AWAY = 1001;
const SUBSCRIPTIONS = { group: 'fleet.flotilla.dev', resource: 'subscriptions' };

interface Entry {
  readonly subscription: Subscription;
  readonly stop: AbortController;
}

export class StreamConnection {
  readonly #context: ApiContext;
  readonly #user: UserInfo;
  readonly #socket: WebSocket;
  readonly #outbox: Outbox;
  readonly #entries = new Map<string, Entry>();
  readonly #closed = new AbortController();
  #heardAt: number;
  /** Messages are answered in the order they came in. */
  #turn: Promise<void> = Promise.resolve();

  constructor(context: ApiContext, user: UserInfo, socket: WebSocket) {
    this.#context = context;
    this.#user = user;
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#heardAt = context.clock.monotonic();
  }

  /** Resolves when the socket is closed. */
  async run(): Promise<void> {
    const { clock, signal } = this.#context;
    const heard = (): void => {
      this.#heardAt = clock.monotonic();
    };
    this.#socket.on('pong', heard);
    this.#socket.on('message', (data) => {
      heard();
      this.#turn = this.#turn.then(() => this.#receive(data));
    });
    this.#socket.on('error', (error) => this.#context.logger.debug({ err: error }, 'stream socket failed'));
    this.#socket.once('close', () => this.#closed.abort());
    const bye = (): void => this.#socket.close(GOING_AWAY, 'the server stops');
    signal.addEventListener('abort', bye, { once: true });
    await this.#outbox.message({
      ...{ type: 'hello', protocol: 'flotilla.stream.v1alpha1' },
      ...{ heartbeatSeconds: HEARTBEAT_MS / 1_000, maxSubscriptions: MAX_SUBSCRIPTIONS },
    });
    await this.#beat();
    signal.removeEventListener('abort', bye);
    for (const { stop } of this.#entries.values()) {
      stop.abort();
    }
  }

  async #beat(): Promise<void> {
    const { clock } = this.#context;
    while (!this.#closed.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, this.#closed.signal).catch(() => undefined);
      if (clock.monotonic() - this.#heardAt > SILENCE_MS) {
        this.#socket.terminate();
        return;
      }
      if (this.#socket.readyState === this.#socket.OPEN) {
        this.#socket.ping();
        for (const [id, { subscription }] of this.#entries) {
          const token = subscription.takeNewToken();
          if (token !== undefined) {
            await this.#outbox.message({ type: 'bookmark', id, token });
          }
        }
        await this.#outbox.message({ type: 'heartbeat', time: formatTime(clock.now()) });
      }
    }
  }

  async #receive(data: RawData): Promise<void> {
    let id: string | undefined;
    try {
      const message = parseMessage(data.toString());
      id = message.type === 'subscribe' ? message.id : undefined;
      await this.#handle(message);
    } catch (error) {
      await this.#fail(id, error, undefined);
    }
  }

  async #handle(message: ClientMessage): Promise<void> {
    switch (message.type) {
      case 'ping':
        return this.#outbox.message({ type: 'pong' });
      case 'unsubscribe':
        return this.#unsubscribe(message.id);
      case 'subscribe':
        return this.#subscribe(message);
    }
  }

  async #subscribe(request: Subscribe): Promise<void> {
    const { registry, authorizer } = this.#context;
    if (this.#entries.has(request.id)) {
      // The subscription of that name goes on: the refusal must not look like its end.
      return this.#fail(undefined, alreadyExists(SUBSCRIPTIONS, request.id), undefined);
    }
    if (this.#entries.size >= MAX_SUBSCRIPTIONS) {
      throw tooManyRequests(`a connection may have ${MAX_SUBSCRIPTIONS} subscriptions`, 1);
    }
    const definition = findDefinition(registry, request);
    const { group, plural: resource } = definition;
    const namespace = request.namespace === undefined ? {} : { namespace: request.namespace };
    for (const verb of ['list', 'watch']) {
      await authorize(authorizer, this.#user, { verb, group, resource, ...namespace });
    }
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closed.signal]);
    const subscription = new Subscription({ request, definition, registry, outbox: this.#outbox, signal });
    this.#entries.set(request.id, { subscription, stop });
    void this.#follow(request.id, subscription, signal);
  }

  async #follow(id: string, subscription: Subscription, signal: AbortSignal): Promise<void> {
    try {
      await subscription.run();
    } catch (error) {
      if (!signal.aborted) {
        this.#entries.delete(id);
        await this.#fail(id, error, subscription.token);
      }
    }
  }

  async #unsubscribe(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw notFound(SUBSCRIPTIONS, id);
    }
    this.#entries.delete(id);
    entry.stop.abort();
    await this.#outbox.message({ type: 'unsubscribed', id });
  }

  async #fail(id: string | undefined, error: unknown, token: string | undefined): Promise<void> {
    const known = asStatusError(error);
    if (known.reason === 'InternalError') {
      this.#context.logger.error({ err: error }, 'stream subscription failed');
    }
    const resume = token === undefined || known.reason === 'Expired' ? {} : { token };
    await this.#outbox.message({
      ...{ type: 'error', status: known.toStatus(), ...resume },
      ...(id === undefined ? {} : { id }),
    });
  }
}

/** A reader that fell behind may go on from its token: its budget was of this connection, not of the history. */
function asStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) {
    return error;
  }
  return error instanceof Error && error.name === 'SlowReaderError'
    ? tooManyRequests('the client reads too slowly: subscribe again with the token', 1)
    : internalError(error);
}
