/**
 * api/: the Kubernetes wire protocol over the registry. This file is its table of contents; each line registers what
 * the folder of that name serves. May import registry, auth, runtimes/runtime.ts, resources, values, timing, errors;
 * the only user of fastify and ws. Never listens by itself, never touches storage or queue.
 */
import { setMaxListeners } from 'node:events';
import type { Server } from 'node:https';
import fastify, { type FastifyInstance } from 'fastify';
import { registerAccess } from './access/register-access.ts';
import { registerBulk } from './bulk/register-bulk.ts';
import type { ApiContext } from './context.ts';
import { registerDashboard } from './dashboard/register-dashboard.ts';
import { registerDiscovery } from './discovery/register-discovery.ts';
import { registerDocs } from './docs/register-docs.ts';
import { registerExec } from './exec/register-exec.ts';
import { registerHealth } from './health/register-health.ts';
import { registerFinalize } from './http/namespaces/finalize.ts';
import { registerEarlyParsing } from './http/parsed-early.ts';
import { registerBinding } from './http/pods/binding.ts';
import { registerEviction } from './http/pods/eviction.ts';
import { registerResources } from './http/register-resources.ts';
import { registerTokenRequests } from './http/service-accounts/token.ts';
import { registerLogin } from './login/register-login.ts';
import { signInHeaders, signInPage } from './login/sign-in-page.ts';
import { registerLogs } from './logs/register-logs.ts';
import { countRequests, registerMetrics } from './metrics/register-metrics.ts';
import { registerMetricsApi } from './metrics-api/register-metrics-api.ts';
import { registerOpenApi } from './openapi/register-openapi.ts';
import { registerProxies } from './proxying/register-proxies.ts';
import { registerReviews } from './reviews/register-reviews.ts';
import { registerRoot } from './root/register-root.ts';
import { registerAccessLog } from './server/access-log.ts';
import { answerUnusualRequests, requireHost } from './server/broken-request.ts';
import { registerErrorHandler } from './server/error-handler.ts';
import { readThroughStreams } from './server/paused-parser.ts';
import { registerRequestBodies } from './server/request-bodies.ts';
import { registerSecurityHeaders } from './server/security-headers.ts';
import { registerServedPaths } from './server/served-paths.ts';
import { serverOptions } from './server/server-options.ts';
import { ignoreUnknownUpgrades } from './server/unknown-upgrades.ts';
import { registerWebSockets } from './server/web-sockets.ts';
import { registerStream } from './stream/register-stream.ts';

/** Ready to listen; `close` ends what is open once `context.signal` has aborted. */
export async function createApi(context: ApiContext): Promise<FastifyInstance> {
  // Every watch and stream waits for this signal; their number is no leak.
  setMaxListeners(0, context.signal);
  const app = fastify(serverOptions(context)) as unknown as FastifyInstance;
  readThroughStreams(app.server as unknown as Server);
  answerUnusualRequests(app.server as unknown as Server);

  registerErrorHandler(app, context.logger);
  requireHost(app);
  registerAccessLog(app, context.logger);
  countRequests(app, context.metrics);
  registerRequestBodies(app);
  await registerSecurityHeaders(app);
  await registerWebSockets(app);
  await registerAccess(app, context, { page: signInPage, headers: signInHeaders });
  const paths = registerServedPaths(app);
  registerRoot(app, paths);
  registerLogin(app);

  registerEarlyParsing(app, context);
  registerHealth(app, context);
  registerMetrics(app, context.metrics);
  registerDiscovery(app, context);
  registerOpenApi(app, context);
  await registerDocs(app, context);
  registerResources(app, context);
  registerReviews(app, context);
  registerBinding(app, context);
  registerTokenRequests(app, context);
  registerMetricsApi(app, context);
  registerEviction(app, context);
  registerFinalize(app, context);
  registerLogs(app, context);
  registerExec(app, context);
  registerProxies(app, context);
  registerStream(app, context);
  await registerBulk(app, context);
  await registerDashboard(app);
  ignoreUnknownUpgrades(app.server as unknown as Server);
  return app;
}
