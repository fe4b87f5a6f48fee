/** `pods/NAME/portforward`: over SPDY, of its own or within a WebSocket (KEP-4006), or a WebSocket's channels. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../../http/kind-route.ts';
import type { Query } from '../../query.ts';
import { findPod, podTarget } from '../pod-target.ts';
import { registerConnect } from '../register-connect.ts';
import { spdyProtocol, upgradeOf, webSocketProtocol } from '../upgrade/negotiate.ts';
import { openSpdySocket, openSpdyTunnel } from '../upgrade/spdy-transports.ts';
import type { TakeSocket } from '../upgrade/take-socket.ts';
import { openWebSocket } from '../upgrade/web-socket.ts';
import { forwardPort, type PortConnection } from './forward-port.ts';
import { PORT_PROTOCOLS, readPorts, serveSocketPorts } from './socket-ports.ts';
import { pairStreams } from './stream-pairs.ts';

const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;

async function serve(
  context: ApiContext,
  take: TakeSocket,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { namespace, name } = pathNames(request);
  const target = await podTarget(context, await findPod(context, namespace, name));
  const { logger } = context;
  const forward = (signal: AbortSignal) => (connection: PortConnection) =>
    forwardPort(target, connection, signal).catch((error: unknown) =>
      logger.debug({ err: error }, 'port-forward failed'),
    );
  if (upgradeOf(request.headers, request.ws) === 'spdy') {
    const protocol = spdyProtocol(request.headers, [PROTOCOL]);
    const taken = take(request, reply);
    openSpdySocket({ taken, protocol, onStream: pairStreams(forward(taken.lifetime.signal)), logger });
    return;
  }
  const protocol = webSocketProtocol(request.headers, [TUNNEL, ...PORT_PROTOCOLS.keys()]);
  const channels = PORT_PROTOCOLS.get(protocol);
  const ports = channels === undefined ? [] : readPorts(request.query as Query);
  const taken = take(request, reply);
  const { signal } = taken.lifetime;
  if (channels === undefined) {
    openSpdyTunnel(request, { taken, protocol, onStream: pairStreams(forward(signal)), logger });
    return;
  }
  const webSocket = openWebSocket(request.raw, taken, protocol);
  if (webSocket !== undefined) {
    void serveSocketPorts({ webSocket, protocol: channels, ports, signal, forward: forward(signal) });
  }
}

export function registerPortForward(app: FastifyInstance, context: ApiContext, take: TakeSocket): void {
  registerConnect(app, '/api/v1/namespaces/:namespace/pods/:name/portforward', (request, reply) =>
    serve(context, take, request, reply),
  );
}
