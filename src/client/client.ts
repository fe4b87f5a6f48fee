/**
 * client/: the API for programs, published as `flotilla/client`: typed REST, `watch` and `stream` as endless iterables
 * that reconnect and resume. A user of the public API like any other; the same code in Node and in browsers, where the
 * entries `node.ts` and `browser.ts` bring the transport. May import timing, libraries that run in browsers, and (the
 * Node entry) the reading of a kubeconfig. Never loses an event and never tells one twice; never retries a REST call.
 */
import createFetchClient, { type Client } from 'openapi-fetch';
import { type Clock, systemClock } from '../timing/clock.ts';
import { LinkedController } from '../timing/linked-controller.ts';
import type { Random } from '../timing/random.ts';
import { ApiError } from './api-error.ts';
import type { FollowOptions, ObjectEvent } from './events.ts';
import type { paths } from './openapi.ts';
import { Stream } from './stream/stream.ts';
import type { StreamEvent, Subscriptions } from './stream/subscription.ts';
import type { Tools, Transport } from './transport.ts';
import { type Get, Watch } from './watch/watch.ts';

export interface ClientOptions extends Partial<Transport> {
  /** `https://host:port`; in a page of Flotilla’s own, `location.origin`. */
  readonly server: string;
  /** A bearer token. In a browser the cookie of the sign-in will do. */
  readonly token?: string;
  readonly clock?: Clock;
  readonly random?: Random;
}

interface ListOf<T> {
  readonly get: {
    readonly responses: { readonly 200: { readonly content: { readonly 'application/json': { items: T[] } } } };
  };
}
/** Every path that lists a collection. */
export type ListPath = { [P in keyof paths]: paths[P] extends ListOf<unknown> ? P : never }[keyof paths];
type ItemOf<P extends ListPath> = paths[P] extends ListOf<infer T> ? T : never;

/** As in openapi-fetch: `params.path` where the path has placeholders, and selectors in `params.query`. */
export type WatchOptions<P extends ListPath> = FollowOptions & {
  /** The `resume` of an earlier event, or a resourceVersion; there is no snapshot then. */
  readonly resume?: string;
} & (paths[P] extends { parameters: { path: infer Path extends object } }
    ? { readonly params: { readonly path: Path; readonly query?: Selectors } }
    : { readonly params?: { readonly query?: Selectors } });
interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface FlotillaClient extends Client<paths, 'application/json'> {
  /** One collection over HTTP: its objects, then every change. */
  watch<P extends ListPath>(path: P, ...options: WatchArguments<P>): AsyncIterable<ObjectEvent<ItemOf<P>>>;
  /** Any number of collections over one WebSocket. */
  stream<const S extends Subscriptions>(subscriptions: S, options?: FollowOptions): AsyncIterable<StreamEvent<S>>;
  /** Ends what is being followed, and the connections. */
  close(): Promise<void>;
}
type WatchArguments<P extends ListPath> =
  object extends WatchOptions<P> ? [options?: WatchOptions<P>] : [options: WatchOptions<P>];

const STREAM_PATH = '/apis/fleet.flotilla.dev/v1alpha1/stream';
const PROTOCOL = 'flotilla.stream.v1alpha1';

/** The token as a subprotocol, for sockets that cannot set headers. */
function protocolsOf(token: string | undefined): string[] {
  const base64url = (text: string): string => btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  return token === undefined ? [PROTOCOL] : [PROTOCOL, `base64url.bearer.authorization.k8s.io.${base64url(token)}`];
}

export function composeClient(options: ClientOptions, transport: Transport): FlotillaClient {
  const { token, clock = systemClock, random = { next: Math.random } } = options;
  const server = options.server.replace(/\/+$/, '');
  const { fetch, Request, connect, close } = { ...transport, ...options };
  const rest = createFetchClient<paths, 'application/json'>({
    baseUrl: server,
    fetch,
    ...(Request === undefined ? {} : { Request }),
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  const closed = new AbortController();
  const following = <T>(
    signal: AbortSignal | undefined,
    run: (tools: Tools) => AsyncGenerator<T, never, undefined>,
  ): AsyncGenerator<T, void, undefined> => {
    const sources = signal === undefined ? [closed.signal] : [signal, closed.signal];
    return untilAborted(sources, (either) => run({ clock, random, signal: either }));
  };
  const source = {
    connect: () => connect(server.replace(/^http/, 'ws') + STREAM_PATH, protocolsOf(token)),
    whyRefused: async (signal: AbortSignal) => {
      // Without an upgrade it answers an error in any case; 4xx of access are the ones that matter.
      const { response, error } = await rest.GET(STREAM_PATH, { signal });
      return [401, 403, 429].includes(response.status) ? ApiError.of(response.status, error) : undefined;
    },
  };
  return {
    ...rest,
    watch(path, ...[how = {}]) {
      return following(how.signal, (tools) => new Watch(rest.GET as Get, path, how, tools).run()) as never;
    },
    stream(subscriptions, how = {}) {
      return following(how.signal, (tools) => new Stream(source, subscriptions, how, tools).run()) as never;
    },
    async close() {
      closed.abort();
      await close?.();
    },
  };
}

/** An abort is the ordinary end of what has no other. */
async function* untilAborted<T>(
  sources: readonly AbortSignal[],
  run: (signal: AbortSignal) => AsyncGenerator<T, never, undefined>,
): AsyncGenerator<T, void, undefined> {
  const linked = new LinkedController(...sources);
  try {
    linked.signal.throwIfAborted();
    yield* run(linked.signal);
  } catch (error) {
    if (!linked.signal.aborted) {
      throw error;
    }
  } finally {
    linked.release();
  }
}
