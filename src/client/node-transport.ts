/** Node 20 has no WebSocket of its own, and its fetch takes no CA: ws and undici do. */
import { Agent, fetch, Request } from 'undici';
import WebSocket from 'ws';
import type { Socket, Transport } from './transport.ts';

/** `ca`: PEM, instead of the authorities that Node knows. */
export function nodeTransport(ca?: string): Transport {
  const tls = ca === undefined ? {} : { ca };
  // A body may be silent for hours, as that of a followed log; watches see to their own silence.
  const dispatcher = new Agent({ connect: tls, bodyTimeout: 0 });
  return {
    // undici's types and the global ones describe the same standard.
    fetch: ((request: Request) => fetch(request, { dispatcher })) as unknown as Transport['fetch'],
    Request: Request as unknown as typeof globalThis.Request,
    connect: (url, protocols): Socket => new WebSocket(url, protocols, tls) as unknown as Socket,
    close: () => dispatcher.destroy(),
  };
}
