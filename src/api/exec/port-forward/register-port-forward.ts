/** `pods/NAME/portforward`: over SPDY, of its own or within a WebSocket (KEP-4006). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeError } from '../../../runtimes/runtime.ts';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../../http/kind-route.ts';
import { findPod, type PodTarget, podTarget } from '../pod-target.ts';
import { registerConnect } from '../register-connect.ts';
import { spdyProtocol, upgradeOf, webSocketProtocol } from '../upgrade/negotiate.ts';
import { openSpdySocket, openSpdyTunnel } from '../upgrade/spdy-transports.ts';
import type { TakeSocket } from '../upgrade/take-socket.ts';
import { type PortConnection, pairStreams } from './stream-pairs.ts';

const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;

/** Until either side has closed; what went wrong is told on the error stream, in the kubelet's words. */
async function forward(target: PodTarget, { port, data, error }: PortConnection, signal: AbortSignal): Promise<void> {
  const { pod, uid, streaming } = target;
  try {
    await streaming.portForward(uid, port, { input: data.input, output: (chunk) => data.write(chunk) }, signal);
  } catch (failure) {
    const { name = '', namespace = '' } = pod.metadata;
    // Only what a runtime says is told to the client.
    const cause = failure instanceof RuntimeError ? failure.message : 'internal error';
    const why = `error forwarding port ${port} to pod ${name}_${namespace}, uid ${uid}: ${cause}`;
    await error.write(Buffer.from(why));
  }
  // Whoever still sends is not read any more.
  data.input.abandon();
  await error.end();
  await data.end();
}

async function serve(
  context: ApiContext,
  take: TakeSocket,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { namespace, name } = pathNames(request);
  const target = await podTarget(context, await findPod(context, namespace, name));
  const isSocket = upgradeOf(request.headers, request.ws) === 'websocket';
  const protocol = isSocket ? webSocketProtocol(request.headers, [TUNNEL]) : spdyProtocol(request.headers, [PROTOCOL]);
  const taken = take(request, reply);
  const { signal } = taken.lifetime;
  const { logger } = context;
  const onStream = pairStreams((connection) => {
    forward(target, connection, signal).catch((error: unknown) => logger.debug({ err: error }, 'port-forward failed'));
  });
  const options = { taken, protocol, onStream, logger };
  if (isSocket) {
    openSpdyTunnel(request, options);
  } else {
    openSpdySocket(options);
  }
}

export function registerPortForward(app: FastifyInstance, context: ApiContext, take: TakeSocket): void {
  registerConnect(app, '/api/v1/namespaces/:namespace/pods/:name/portforward', (request, reply) =>
    serve(context, take, request, reply),
  );
}
