/**
 * proxying/: `proxy` of pods, services and nodes, for every method: what is asked below that path is asked of the pod's
 * own port, through its node's runtime, or of the node's kubelet. May import registry contracts, runtimes/runtime.ts and timing. Never
 * reaches an address by itself: there is no way from here into the server's own network.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { badRequest } from '../../errors.ts';
import type { ApiContext } from '../context.ts';
import { socketTaker, type TakeSocket } from '../exec/upgrade/take-socket.ts';
import { pathNames } from '../http/kind-route.ts';
import type { Backend } from './backend.ts';
import { locatePod } from './locate-pod.ts';
import { locateService } from './locate-service.ts';
import { serveNode } from './node-proxy.ts';
import { splitProxyPath } from './proxy-path.ts';
import { proxyRequest } from './reverse-proxy.ts';
import { proxyUpgrade } from './upgrade-proxy.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

type Serve = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** In a hook, as the handler would come after the body, which goes on as it comes. */
function mountProxy(app: FastifyInstance, path: string, serve: Serve): void {
  for (const url of [`${path}/proxy`, `${path}/proxy/*`]) {
    app.route({
      method: [...METHODS],
      url,
      onRequest: serve,
      handler: () => {
        throw badRequest('the proxy has not answered');
      },
    });
  }
}

type Locate = (context: ApiContext, namespace: string, id: string) => Promise<Backend>;

/** `/api/v1/namespaces/NAMESPACE/KIND/NAME/proxy` */
const SEGMENTS = 7;

function backendProxy(context: ApiContext, take: TakeSocket, locate: Locate): Serve {
  return async (request, reply) => {
    const { namespace, name } = pathNames(request);
    const target = splitProxyPath(request.raw.url ?? '/', SEGMENTS);
    if (target.path === '') {
      return reply.redirect(`${target.prefix}/${target.search}`, 301);
    }
    const backend = await locate(context, namespace, name);
    const proxied = { request, reply, backend, target, signal: context.signal };
    return request.ws ? proxyUpgrade(proxied, take) : proxyRequest(proxied);
  };
}

export function registerProxies(app: FastifyInstance, context: ApiContext): void {
  const take = socketTaker(app, context.signal);
  mountProxy(app, '/api/v1/namespaces/:namespace/pods/:name', backendProxy(context, take, locatePod));
  mountProxy(app, '/api/v1/namespaces/:namespace/services/:name', backendProxy(context, take, locateService));
  mountProxy(app, '/api/v1/nodes/:name', (request, reply) => serveNode(context, request, reply));
}
