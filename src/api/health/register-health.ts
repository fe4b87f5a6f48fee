/**
 * health/: is the process alive, is it ready, what is it. May import the API's context alone. The plain paths and
 * /version need no credentials: probes and load balancers have none. Source: apiserver's server/healthz.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noSuchResource } from '../../errors.ts';
import type { ApiContext, HealthCheck } from '../context.ts';
import { sendJson } from '../http/send.ts';
import { allValues, firstValue, type Query } from '../query.ts';
import { runChecks } from './run-checks.ts';
import { versionInfo } from './version-info.ts';

const ping: HealthCheck = { name: 'ping', check: async () => undefined };

/** Fails as soon as the server is to stop: a load balancer must send no more. */
const shutdown = (signal: AbortSignal): HealthCheck => ({
  name: 'shutdown',
  check: async () => signal.throwIfAborted(),
});

const sendReport = (reply: FastifyReply, { ok, text }: { ok: boolean; text: string }): FastifyReply =>
  reply
    .code(ok ? 200 : 500)
    .header('content-type', 'text/plain; charset=utf-8')
    .send(text);

function registerEndpoint(app: FastifyInstance, path: string, checks: readonly HealthCheck[], isPublic: boolean): void {
  const name = path.slice(1);
  // Load balancers may ask with HEAD.
  app.get(path, { config: { public: isPublic }, exposeHeadRoute: true }, async (request: FastifyRequest, reply) => {
    const query = request.query as Query;
    const excluded = allValues(query, 'exclude');
    const isVerbose = firstValue(query, 'verbose') !== undefined;
    return sendReport(reply, await runChecks(name, checks, isVerbose, excluded));
  });
  app.get(`${path}/:check`, async (request, reply) => {
    const { check: wanted } = request.params as { check: string };
    const check = checks.find((candidate) => candidate.name === wanted);
    if (check === undefined) {
      throw noSuchResource();
    }
    return sendReport(reply, await runChecks(name, [check], false));
  });
}

export function registerHealth(app: FastifyInstance, context: ApiContext): void {
  const { healthChecks, signal, version } = context;
  registerEndpoint(app, '/livez', [ping], true);
  registerEndpoint(app, '/readyz', [ping, ...healthChecks, shutdown(signal)], true);
  registerEndpoint(app, '/healthz', [ping, ...healthChecks], false);
  app.get('/version', { config: { public: true } }, async (_request, reply) => sendJson(reply, versionInfo(version)));
}
