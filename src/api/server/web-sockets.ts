/**
 * WebSocket upgrades go through the same hooks and routes as requests. A route without a socket handler refuses the
 * upgrade with a Status; the plugin alone would accept the socket and close it.
 */
import webSocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../errors.ts';
import { answerBrokenHandshakes } from './broken-request.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `registerWebSockets` on routes that serve sockets. */
    webSocket?: boolean;
  }
}

/** Clients of watches and streams send a few small messages at most. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** For the other side to answer a close: a stop of the server waits for it, and ws alone would wait for 30 s. */
const CLOSE_MS = 1_000;
const DATA_PROTOCOLS: readonly string[] = ['base64.binary.k8s.io', 'binary.k8s.io'];

/** One that carries data the way we know, else the first offered: what a browser offered must be answered with one. */
const chooseProtocol = (offered: Set<string>): string | false => {
  const all = [...offered];
  return all.find((protocol) => DATA_PROTOCOLS.includes(protocol)) ?? all[0] ?? false;
};

export async function registerWebSockets(app: FastifyInstance): Promise<void> {
  // @types/ws does not know `closeTimeout` yet.
  const options = { maxPayload: MAX_MESSAGE_BYTES, handleProtocols: chooseProtocol, closeTimeout: CLOSE_MS };
  await app.register(webSocket, { options });
  answerBrokenHandshakes(app.websocketServer);
  app.addHook('onRoute', (route) => {
    if (route.websocket === true || route.wsHandler !== undefined) {
      route.config = { ...route.config, webSocket: true };
    }
  });
  app.addHook('preValidation', async (request) => {
    if (request.ws && !request.is404 && request.routeOptions.config.webSocket !== true) {
      throw badRequest('this path does not serve WebSockets');
    }
  });
}
