/** How the client reaches a server. The rest of it is the same in Node and in browsers. */
import type { Clock } from '../timing/clock.ts';
import type { Random } from '../timing/random.ts';

/** The part of the standard WebSocket that is used. */
export interface Socket {
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

export interface Transport {
  readonly fetch: (request: Request) => Promise<Response>;
  /** The class of the requests that `fetch` understands; unset: the global one. */
  readonly Request?: typeof Request;
  readonly connect: (url: string, protocols: string[]) => Socket;
  readonly close?: () => Promise<void>;
}

/** What every watch and stream needs beside its own options. */
export interface Tools {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
}
