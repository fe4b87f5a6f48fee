/**
 * `nodes/NAME[:port]/proxy/…`: the pages of a node's kubelet and the logs of its containers. There is no network to a
 * virtual node, so its kubelet's port is all there is. Source: pkg/registry/core/node/strategy.go, ResourceLocation.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { badRequest, noSuchResource, notFound, StatusError } from '../../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../values/name-rules.ts';
import type { ApiContext } from '../context.ts';
import { methodNotAllowed } from '../http/mount.ts';
import { type LoggingPod, namesContainer } from '../logs/log-container.ts';
import { openLogsOf } from '../logs/open-logs.ts';
import { pumpLogs } from '../logs/pump-logs.ts';
import { openStream } from '../server/open-stream.ts';
import { splitName, splitProxyPath } from './proxy-path.ts';

/** `/api/v1/nodes/NAME/proxy` */
const SEGMENTS = 5;
const KUBELET_PORT = '10250';

/** Throws 400 for an escape that is none. */
function segmentsOf(path: string): string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch (cause) {
    throw badRequest('the path holds an invalid escape', { cause });
  }
}

interface Asked {
  readonly context: ApiContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly node: string;
}

interface ContainerName {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Of a path below `containerLogs` or `checkpoint`. Throws 400: a path of a file system is no name. */
function containerName([namespace = '', pod = '', container = '', ...more]: readonly string[]): ContainerName {
  const problems = [...isDNS1123Label(namespace), ...isDNS1123Subdomain(pod), ...isDNS1123Label(container)];
  if (more.length > 0 || problems.length > 0) {
    throw badRequest(`not a namespace, a pod and a container: ${problems[0] ?? 'too many parts'}`);
  }
  return { namespace, pod, container };
}

/** In the kubelet's words, which knows only its own pods. Throws 404. */
function checkOnNode(pod: LoggingPod | undefined, node: string, { pod: name, container }: ContainerName): void {
  if (pod?.spec.nodeName !== node) {
    throw new StatusError('NotFound', `pod ${JSON.stringify(name)} does not exist`, {});
  }
  if (!namesContainer(pod, container)) {
    const which = `container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`;
    throw new StatusError('NotFound', which, {});
  }
}

async function sendLogs({ context, request, reply, node }: Asked, rest: readonly string[]): Promise<void> {
  const wanted = containerName(rest);
  const { namespace, pod: name, container } = wanted;
  const logs = await openLogsOf(context, request, {
    ...{ namespace, name, container },
    check: (pod) => checkOnNode(pod, node, wanted),
  });
  const stream = openStream(request, reply, 'text/plain; charset=utf-8');
  void pumpLogs(logs, stream, context.logger);
}

function refuseCheckpoint(rest: readonly string[]): never {
  const { namespace, pod, container } = containerName(rest);
  const what = `checkpointing of ${namespace}/${pod}/${container} failed`;
  throw new StatusError(
    'NotFound',
    `${what}: the ContainerCheckpoint feature is not enabled, no runtime here has it`,
    {},
  );
}

/** What it answers where its debugging is off, as it is here. Source: kubelet/server/server.go, InstallDebuggingDisabledHandlers. */
const DISABLED: Readonly<Record<string, string>> = {
  ...{ run: 'Debug endpoints are disabled.', exec: 'Debug endpoints are disabled.' },
  ...{ attach: 'Debug endpoints are disabled.', portForward: 'Debug endpoints are disabled.' },
  logs: 'logs endpoint is disabled.',
  ...{ 'debug/pprof': 'profiling endpoint is disabled.', 'debug/flags': 'flags endpoint is disabled.' },
};

function refuseDebugging(reply: FastifyReply, words: string): FastifyReply {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return reply.code(405).headers(headers).send(`${words}\n`);
}

const disabledAt = ([first = '', second = '']: readonly string[]): string | undefined =>
  [first, `${first}/${second}`].map((at) => (Object.hasOwn(DISABLED, at) ? DISABLED[at] : undefined)).find(Boolean);

async function sendPage({ context, request, reply, node }: Asked, path: string): Promise<unknown> {
  const page = await context.nodePages.read(node, path);
  if (page === undefined) {
    throw noSuchResource();
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw methodNotAllowed();
  }
  return reply.header('content-type', page.contentType).send(Buffer.from(page.text));
}

/** Throws 400, 404, 405 and 503. */
export async function serveNode(context: ApiContext, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { name: id } = request.params as { name: string };
  const named = splitName(id);
  if (named === undefined) {
    throw badRequest(`invalid node request ${JSON.stringify(id)}`);
  }
  const { name: node, port } = named;
  const { prefix, path, search } = splitProxyPath(request.raw.url ?? '/', SEGMENTS);
  if (path === '') {
    return reply.redirect(`${prefix}/${search}`, 301);
  }
  if ((await context.registry.find('nodes', '', node)) === undefined) {
    throw notFound({ group: '', resource: 'nodes' }, node);
  }
  if (port !== '' && port !== KUBELET_PORT) {
    const why = `error trying to reach service: dial tcp ${node}:${port}: connect: connection refused`;
    throw new StatusError('ServiceUnavailable', why, {});
  }
  const asked = { context, request, reply, node };
  const segments = segmentsOf(path);
  const [page = '', ...rest] = segments;
  const disabled = disabledAt(segments);
  if (disabled !== undefined) {
    return refuseDebugging(reply, disabled);
  }
  if (page === 'containerLogs' && request.method === 'GET') {
    return sendLogs(asked, rest);
  }
  return page === 'checkpoint' && request.method === 'POST'
    ? refuseCheckpoint(rest)
    : sendPage(asked, segments.join('/'));
}
