/** The frames of the stream protocol, both ways. `message-schemas.ts` says the same to machines (and the AsyncAPI file). */
import type { Status } from '../../errors.ts';

export interface KindName {
  readonly apiVersion: string;
  readonly kind: string;
}
/** What a subscription is of, and how it is told: what a resume token is good for. */
export interface Wanted extends Partial<KindName> {
  /** Several, instead of `apiVersion` and `kind`. */
  readonly kinds?: readonly KindName[];
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Of these three one at most. */
  readonly fields?: readonly string[];
  readonly deltas?: 'status';
  readonly aggregate?: { readonly groupBy?: readonly string[] };
  readonly coalesce?: boolean;
}
/** Starts a subscription: a snapshot and then changes, or with `resume` only what came after that token. */
export interface Subscribe extends Wanted {
  readonly type: 'subscribe';
  /** The client's own name for it, unique in the connection. */
  readonly id: string;
  readonly resume?: string;
  /** Opts in to flow control: so many frames may be sent until `credit` adds more. */
  readonly credits?: number;
}
export interface Credit {
  readonly type: 'credit';
  readonly id: string;
  readonly credits: number;
}
export interface Unsubscribe {
  readonly type: 'unsubscribe';
  readonly id: string;
}
export interface Ping {
  readonly type: 'ping';
}
export type ClientMessage = Subscribe | Credit | Unsubscribe | Ping;

/* What the server sends. `snapshot`, `changes` and `aggregate` are assembled as text, see frames.ts. */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: 'flotilla.stream.v1alpha1';
  readonly heartbeatSeconds: number;
  readonly maxSubscriptions: number;
}
export interface Bookmark {
  readonly type: 'bookmark';
  readonly id: string;
  readonly token: string;
}
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly time: string;
}
export interface Pong {
  readonly type: 'pong';
}
export interface Unsubscribed {
  readonly type: 'unsubscribed';
  readonly id: string;
}
/** With an id: that subscription has ended; `token`, where there is one, says from where to go on. Without: a message was refused. */
export interface Failure {
  readonly type: 'error';
  readonly id?: string;
  readonly status: Status;
  readonly token?: string;
}
export type ServerMessage = Hello | Bookmark | Heartbeat | Pong | Unsubscribed | Failure;
