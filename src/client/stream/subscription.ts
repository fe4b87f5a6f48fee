/** What one may subscribe to, and which events come of it. */
import type { ObjectEvent } from '../events.ts';
import type { Kinds } from '../openapi.ts';

/** Every kind of the API as `{ apiVersion, kind }`. */
export type KindRef = {
  [V in keyof Kinds]: { [K in keyof Kinds[V]]: { readonly apiVersion: V; readonly kind: K } }[keyof Kinds[V]];
}[keyof Kinds];

export interface Narrowing {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** The `resume` of an earlier event; nothing but what came after it. */
  readonly resume?: string;
  /** While you lag, only the newest state of each object waits. ADDED and MODIFIED then both mean: this is its state. */
  readonly coalesce?: boolean;
}
/** At most one of them. */
export type Shape =
  | { readonly fields?: never; readonly deltas?: never; readonly aggregate?: never }
  /** Only these paths of each object, such as `status.phase`; its identity always. */
  | { readonly fields: readonly string[]; readonly deltas?: never; readonly aggregate?: never }
  /** MODIFIED carries the identity and `status` alone. */
  | { readonly deltas: 'status'; readonly fields?: never; readonly aggregate?: never }
  /** No objects: counters, at most four times a second. */
  | { readonly aggregate: { readonly groupBy?: readonly string[] }; readonly fields?: never; readonly deltas?: never };

/** One kind, or up to 16 with one order and one token over all. */
export type Subscription = (KindRef | { readonly kinds: readonly KindRef[] }) & Narrowing & Shape;
/** By names of your own. */
export type Subscriptions = Readonly<Record<string, Subscription>>;

export interface Count {
  readonly apiVersion: string;
  readonly kind: string;
  /** A value for each path of `groupBy`. */
  readonly group: readonly string[];
  readonly count: number;
}
/** All counters, whenever one has changed. */
export interface CountsEvent {
  readonly type: 'COUNTS';
  readonly counts: readonly Count[];
  readonly resume: string;
}

type Partially<T> = T extends readonly (infer E)[]
  ? readonly Partially<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: Partially<T[K]> }
    : T;
type ObjectOf<R> = R extends { apiVersion: infer V extends keyof Kinds; kind: infer K }
  ? Kinds[V][K & keyof Kinds[V]]
  : never;
type Selected<S> = S extends { kinds: readonly (infer R)[] } ? ObjectOf<R> : ObjectOf<S>;
type Shaped<S> = S extends { fields: readonly string[] } | { deltas: 'status' } ? Partially<Selected<S>> : Selected<S>;

/** Of the subscription `id`. */
export type SubscriptionEvent<S, Id> = (S extends { aggregate: object }
  ? CountsEvent | Extract<ObjectEvent<never>, { type: 'BOOKMARK' }>
  : ObjectEvent<Shaped<S>>) & { readonly id: Id };
export type StreamEvent<S extends Subscriptions> = {
  [Id in keyof S & string]: SubscriptionEvent<S[Id], Id>;
}[keyof S & string];
