/** What one may subscribe to, and which events come of it. */
import type { ObjectEvent } from '../events.ts';
import type { Kinds } from '../openapi.ts';

/** Every kind of the API as `{ apiVersion, kind }`. */
export type KindRef = {
  [V in keyof Kinds]: { [K in keyof Kinds[V]]: { readonly apiVersion: V; readonly kind: K } }[keyof Kinds[V]];
}[keyof Kinds];

export type Subscription = KindRef & {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** The `resume` of an earlier event: nothing but what came after it. */
  readonly resume?: string;
};
/** By names of your own. */
export type Subscriptions = Readonly<Record<string, Subscription>>;

type ObjectOf<R> = R extends { apiVersion: infer V extends keyof Kinds; kind: infer K }
  ? Kinds[V][K & keyof Kinds[V]]
  : never;
export type StreamEvent<S extends Subscriptions> = {
  /** `id`: the name of the subscription. */
  [Id in keyof S & string]: ObjectEvent<ObjectOf<S[Id]>> & { readonly id: Id };
}[keyof S & string];
