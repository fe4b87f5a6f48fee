/**
 * logs/: `pods/NAME/log`, from the runtime of the pod's node to the client, over HTTP or a WebSocket. May import
 * registry contracts and runtimes/runtime.ts. Never buffers: the runtime is read as fast as the client reads.
 */

import type { FastifyRequest } from 'fastify';
import { badRequest, notFound, StatusError } from '../../errors.ts';
import { decodeObject } from '../../registry/registry.ts';
import { runtimeUid } from '../../resources/pod/mirror-pod.ts';
import { RuntimeError, type Streaming } from '../../runtimes/runtime.ts';
import type { ApiContext, DialError } from '../context.ts';
import { pathNames } from '../http/kind-route.ts';
import { runtimeOf } from '../node-runtime.ts';
import type { Query } from '../query.ts';
import { type Lifetime, openLifetime } from '../server/lifetime.ts';
import { checkHasLog, chooseContainer, type LoggingPod } from './log-container.ts';
import { readLogRequest } from './log-request.ts';

export interface OpenLogs {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly lifetime: Lifetime;
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A pod without a node has an empty log.
}

/** Of a kubelet that cannot be reached. Source: what the apiserver answers to `kubectl logs`, and to exec and the others. */
function unreachable({ address, message }: DialError, path: string | undefined): StatusError {
  const what = path === undefined ? 'error dialing backend' : `Get "https://${address}/${path}"`;
  return new StatusError('InternalError', `${what}: ${message}`, {});
}

/**
 * Throws 400 when the node's runtime is not served here or has no streams, 500 when its kubelet is dead. `path`: what is
 * read of the kubelet.
 */
export async function streamingOf(context: ApiContext, nodeName: string, path?: string): Promise<Streaming> {
  const stored = await context.registry.find('nodes', '', nodeName);
  const node = stored === undefined ? undefined : decodeObject(stored);
  const dead = node === undefined ? undefined : context.nodePages.dialError(node);
  if (dead !== undefined) {
    throw unreachable(dead, path);
  }
  const { name, runtime } = runtimeOf(context, node);
  const streaming = runtime?.streaming;
  if (streaming === undefined) {
    throw badRequest(
      `streams of node ${JSON.stringify(nodeName)} are not available here (runtime ${name ?? 'unknown'})`,
    );
  }
  return streaming;
}

/** What a runtime says of a log that went away meanwhile is an answer, not a failure of ours. */
async function* inKubernetesWords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (error instanceof RuntimeError) {
      const reason = error.code === 'Unavailable' ? 'ServiceUnavailable' : 'BadRequest';
      throw new StatusError(reason, `unable to retrieve container logs: ${error.message}`, undefined, { cause: error });
    }
    throw error;
  }
}

/** The first chunk is read before the answer begins, so that a failure can still be an answer. */
async function begun(chunks: AsyncGenerator<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const first = await chunks.next();
  return (async function* () {
    if (first.done !== true) {
      yield first.value;
      yield* chunks;
    }
  })();
}

export const openLogs = (context: ApiContext, request: FastifyRequest): Promise<OpenLogs> =>
  openLogsOf(context, request, pathNames(request));

interface LogSubject {
  readonly namespace: string;
  readonly name: string;
  /** undefined: as the query says. */
  readonly container?: string;
  /** Throws when this pod's log must not be read so. undefined: there is no such pod. */
  readonly check?: (pod: LoggingPod | undefined) => void;
}

/** Throws 400, 404 and 422; from then on the log flows until its lifetime ends. */
export async function openLogsOf(
  context: ApiContext,
  request: FastifyRequest,
  { namespace, name, container: wanted, check }: LogSubject,
): Promise<OpenLogs> {
  const asked = readLogRequest(request.query as Query, name, context.clock.now());
  const found = await context.registry.find('pods', namespace, name);
  const pod = found === undefined ? undefined : decodeObject<LoggingPod>(found);
  check?.(pod);
  if (pod === undefined) {
    throw notFound({ group: '', resource: 'pods' }, name);
  }
  const container = chooseContainer(pod, wanted ?? asked.container);
  const { nodeName = '' } = pod.spec;
  const lifetime = openLifetime(context.signal, request.raw.socket);
  if (nodeName === '') {
    return { chunks: nothing(), lifetime };
  }
  try {
    checkHasLog(pod, container, asked.previous);
    const streaming = await streamingOf(context, nodeName, `containerLogs/${namespace}/${name}/${container}`);
    const read = streaming.logs(runtimeUid(pod), container, asked.options, lifetime.signal);
    const chunks = inKubernetesWords(read);
    // A log that is followed may stay silent for long, and its reader wants the headers now.
    return { chunks: asked.options.follow === true ? chunks : await begun(chunks), lifetime };
  } catch (error) {
    lifetime.end();
    throw error;
  }
}
