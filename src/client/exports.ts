/** What both entries of the package offer. */
export { ApiError, type Status } from './api-error.ts';
export type { ClientOptions, FlotillaClient, ListPath, WatchOptions } from './client.ts';
export type { FollowOptions, ObjectEvent, OnConnection } from './events.ts';
export type { components, Kinds, paths } from './openapi.ts';
export type { Count, CountsEvent, KindRef, StreamEvent, Subscription, Subscriptions } from './stream/subscription.ts';
export type { Socket, Transport } from './transport.ts';
