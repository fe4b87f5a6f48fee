/** The server's side of the stream protocol over a FakeFleet, one step at a time, and able to do all that goes wrong. */
import type { Socket } from '../../src/client/transport.ts';
import type { FakeFleet } from './fake-fleet.ts';
import { InitialEvents } from './fake-initial-events.ts';

type Listener = (event: { data: unknown }) => void;
interface Message {
  readonly type: string;
  readonly id: string;
  readonly credits?: number;
  readonly resume?: string;
}
interface Subscription {
  readonly id: string;
  /** Frames that wait for credits. */
  readonly frames: object[];
  credits: number;
  /** Undefined: the snapshot is whole, as far as `frames`. */
  filling: InitialEvents | undefined;
  /** The last revision that is in `frames`. */
  told: number;
  /** The last revision that was sent whole. */
  sent: number | undefined;
}

const PAGE = 2;
const EXPIRED = { code: 410, reason: 'Expired', message: 'too old' };

export class FakeSocket implements Socket {
  readonly received: Message[] = [];
  readonly #listeners = new Map<string, Listener>();
  readonly #fleet: FakeFleet;
  readonly #subscriptions = new Map<string, Subscription>();
  isClosed = false;

  constructor(fleet: FakeFleet) {
    this.#fleet = fleet;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, listener);
  }
  close(): void {
    this.isClosed = true;
    this.#listeners.get('close')?.({ data: undefined });
  }
  say(frame: object | string): void {
    if (!this.isClosed) {
      this.#listeners.get('message')?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
    }
  }
  hello(): void {
    this.say({ type: 'hello', protocol: 'flotilla.stream.v1alpha1', heartbeatSeconds: 10, maxSubscriptions: 100 });
  }

  send(text: string): void {
    const message = JSON.parse(text) as Message;
    this.received.push(message);
    if (message.type === 'credit') {
      this.#addCredits(message);
    } else if (message.type === 'subscribe') {
      this.#subscribe(message);
    }
  }

  /** Credits that cross the end of their subscription are refused, without an id: nothing ends by that. */
  #addCredits({ id, credits = 0 }: Message): void {
    const known = this.#subscriptions.get(id);
    if (known === undefined) {
      const message = `subscriptions.fleet.flotilla.dev "${id}" not found`;
      this.say({ type: 'error', status: { kind: 'Status', code: 404, reason: 'NotFound', message } });
      return;
    }
    known.credits += credits;
  }

  #subscribe({ id, credits = 0, resume }: Message): void {
    const from = resume === undefined ? undefined : Number(resume);
    if (from !== undefined && from < this.#fleet.compacted) {
      this.say({ type: 'error', id, status: EXPIRED });
      return;
    }
    const filling = from === undefined ? new InitialEvents(this.#fleet, PAGE) : undefined;
    const told = from ?? this.#fleet.revision;
    this.#subscriptions.set(id, { id, frames: [], credits, filling, told, sent: from });
  }

  /** A page becomes a frame, and so does a change behind the pages; the last frame of a snapshot alone has a token. */
  #fill(one: Subscription, filling: InitialEvents): void {
    const { id, frames } = one;
    const { events, isLast } = filling.step();
    const isPage = events.every(({ type }) => type === 'ADDED');
    const objects = isPage ? events.map(({ object }) => object) : [];
    if (!isPage) {
      frames.push({ type: 'changes', id, events });
    }
    if (isLast) {
      one.filling = undefined;
      one.told = filling.revision;
      frames.push({ type: 'snapshot', id, last: true, token: String(one.told), objects });
    } else if (objects.length > 0) {
      frames.push({ type: 'snapshot', id, last: false, objects });
    }
  }

  /** What has changed becomes frames; split, the first has no token, as of a revision that is larger than a frame. */
  collect(split: boolean): void {
    for (const one of [...this.#subscriptions.values()].filter(({ filling }) => filling === undefined)) {
      const events = this.#fleet.after(one.told);
      one.told = this.#fleet.revision;
      const cut = split ? Math.floor(events.length / 2) : 0;
      for (const [part, token] of [
        [events.slice(0, cut), undefined],
        [events.slice(cut), String(one.told)],
      ] as const) {
        if (part.length > 0) {
          one.frames.push({ type: 'changes', id: one.id, events: part, ...(token === undefined ? {} : { token }) });
        }
      }
    }
  }

  /** Sends at most so many frames of each subscription. */
  deliver(count: number): void {
    for (const one of this.#subscriptions.values()) {
      for (let i = 0; i < count && one.credits > 0; i += 1) {
        this.#deliverOne(one);
      }
    }
  }

  #deliverOne(one: Subscription): void {
    const { id, filling } = one;
    if (one.frames.length === 0 && filling !== undefined && filling.revision < this.#fleet.compacted) {
      one.filling = undefined;
      this.#subscriptions.delete(id);
      this.say({ type: 'error', id, status: EXPIRED });
    } else if (one.frames.length === 0 && filling !== undefined) {
      this.#fill(one, filling);
    }
    const frame = one.frames.shift() as { token?: string } | undefined;
    if (frame !== undefined) {
      one.credits -= 1;
      one.sent = frame.token === undefined ? one.sent : Number(frame.token);
      this.say(frame);
    }
  }

  bookmark(): void {
    for (const { id, sent } of this.#subscriptions.values()) {
      if (sent !== undefined) {
        this.say({ type: 'bookmark', id, token: String(sent) });
      }
    }
  }

  /** Ends every subscription, as the server does to those that fell behind. */
  fail(code: number): void {
    for (const { id, sent } of this.#subscriptions.values()) {
      this.#subscriptions.delete(id);
      const token = sent === undefined || code === 504 ? {} : { token: String(sent) };
      this.say({ type: 'error', id, status: { code, message: 'ended' }, ...token });
    }
  }
}
