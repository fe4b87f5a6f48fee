/**
 * metrics/: GET /metrics in Prometheus' text form: requests under kube-apiserver's names, so that its dashboards and
 * alerts fit, and the process's own figures. Series are by route, never by object: 100,000 nodes make none.
 * May import the access rules and prom-client. Never reads the store.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import { RequestMetrics } from './request-metrics.ts';

const isUpgrade = ({ ws, raw }: FastifyRequest): boolean => ws === true || raw.headers.upgrade !== undefined;

/** Before the door, so that who is refused there is counted too. */
export function countRequests(app: FastifyInstance, metrics: Registry): void {
  const requests = new RequestMetrics(metrics);
  app.addHook('onRequest', async (request, reply) => {
    const upgraded = isUpgrade(request);
    const end = requests.begin(request, upgraded);
    // A taken-over answer has no other end that is always told.
    const closing = upgraded ? request.raw.socket : reply.raw;
    closing.once('close', () => end(upgraded ? 101 : reply.raw.statusCode, reply.elapsedTime / 1_000));
  });
}

export function registerMetrics(app: FastifyInstance, metrics: Registry): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()));
}
