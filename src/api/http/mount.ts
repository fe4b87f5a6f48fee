/** One path with its methods. What a known path does not serve is 405, never 404. */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { StatusError } from '../../errors.ts';

export type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;
export type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

export const methodNotAllowed = (): StatusError =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** RFC 9110, section 15.5.6: a 405 names the methods that there are. */
const refuse =
  (methods: Methods): Handler =>
  (_request, reply) => {
    reply.header('allow', METHODS.filter((method) => method !== 'HEAD' && methods[method] !== undefined).join(', '));
    throw methodNotAllowed();
  };

/** `onGet` adds what a GET needs beside its handler: the socket form of a watch. */
export function mount(
  app: FastifyInstance,
  url: string,
  methods: Methods,
  onGet: Pick<RouteOptions, 'preHandler' | 'wsHandler'> = {},
): void {
  for (const method of METHODS) {
    const served = method === 'HEAD' ? undefined : methods[method];
    const extra = method === 'GET' && served !== undefined ? onGet : {};
    app.route({ method, url, handler: served ?? refuse(methods), ...extra });
  }
}
