/** `flotilla/client` in browsers. */
import { type ClientOptions, composeClient, type FlotillaClient } from './client.ts';

export * from './exports.ts';

export const createClient = (options: ClientOptions): FlotillaClient =>
  composeClient(options, {
    fetch: (request) => fetch(request),
    connect: (url, protocols) => new WebSocket(url, protocols),
  });
