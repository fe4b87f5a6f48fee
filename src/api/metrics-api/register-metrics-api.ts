/**
 * metrics-api/: metrics.k8s.io, which `kubectl top` and autoscalers read. Figures come from the runtimes when they are
 * asked for; nothing is stored or watched. May import registry contracts, runtimes/runtime.ts, resources, values.
 */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../../errors.ts';
import type { ListedStream, ListOptions, ObjectText, Registry } from '../../registry/registry.ts';
import { nodeMetrics, podMetrics } from '../../resources/metrics/metrics.ts';
import type { ApiContext } from '../context.ts';
import { pathNames, pathNamespace } from '../http/kind-route.ts';
import { readListOptions } from '../http/list-options.ts';
import { type Handler, mount } from '../http/mount.ts';
import { sendList, sendObject } from '../http/send.ts';
import { viewOf } from '../http/view.ts';
import type { Query } from '../query.ts';
import { pagesOf } from '../render/list-pages.ts';
import { openLifetime } from '../server/lifetime.ts';
import { measureNodes, measurePods } from './measure.ts';

const BASE = '/apis/metrics.k8s.io/v1beta1';

interface Measured {
  readonly definition: typeof nodeMetrics;
  /** Of what is measured. */
  readonly id: 'nodes' | 'pods';
  /** What is asked once for all of them is asked anew for each so many. */
  readonly atOnce: number;
  readonly measure: (stored: readonly ObjectText[], signal: AbortSignal) => Promise<ObjectText[]>;
}

/** As many at a time as are measured together, at least. */
async function* groups(
  { items, rest }: ListedStream,
  atOnce: number,
): AsyncGenerator<readonly ObjectText[], undefined, undefined> {
  let group: ObjectText[] = [];
  for await (const page of pagesOf(items, rest)) {
    group.push(...page);
    if (group.length >= atOnce) {
      yield group;
      group = [];
    }
  }
  yield group;
}

async function measuredList(
  { id, measure, atOnce }: Measured,
  registry: Registry,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ListedStream> {
  const { items, rest, ...page } = await registry.listStream(id, options, signal);
  const stored = groups({ ...page, items, ...(rest === undefined ? {} : { rest }) }, atOnce);
  const first = await measure((await stored.next()).value ?? [], signal);
  async function* others(): AsyncGenerator<readonly ObjectText[]> {
    for await (const group of stored) {
      yield await measure(group, signal);
    }
  }
  return { ...page, items: first, ...(rest === undefined ? {} : { rest: others() }) };
}

function handlers(context: ApiContext, measured: Measured): { list: Handler; get: Handler } {
  const { definition, id, measure } = measured;
  const { registry, clock } = context;
  return {
    async list(request, reply) {
      const view = viewOf(request, definition, clock);
      const asked = readListOptions(request.query as Query, pathNamespace(request));
      const options = { ...asked, caller: request.user.username };
      const lifetime = openLifetime(context.signal, request.raw.socket);
      reply.raw.on('close', () => lifetime.end());
      try {
        const listed = await measuredList(measured, registry, options, lifetime.signal);
        return await sendList(reply, view, listed, context.spools);
      } catch (error) {
        lifetime.end();
        throw error;
      }
    },
    async get(request, reply) {
      const view = viewOf(request, definition, clock);
      const { namespace, name } = pathNames(request);
      const lifetime = openLifetime(context.signal, request.raw.socket);
      try {
        const [found] = await measure([await registry.get(id, namespace, name)], lifetime.signal);
        if (found === undefined) {
          throw notFound({ group: definition.group, resource: definition.plural }, name);
        }
        return sendObject(reply, view, found);
      } finally {
        lifetime.end();
      }
    },
  };
}

export function registerMetricsApi(app: FastifyInstance, context: ApiContext): void {
  const nodes = handlers(context, {
    // All pods are read for them.
    ...{ definition: nodeMetrics, id: 'nodes', atOnce: Number.POSITIVE_INFINITY },
    measure: (stored, signal) => measureNodes(context, stored, signal),
  });
  const pods = handlers(context, {
    ...{ definition: podMetrics, id: 'pods', atOnce: 500 },
    measure: (stored) => measurePods(context, stored),
  });
  mount(app, `${BASE}/nodes`, { GET: nodes.list });
  mount(app, `${BASE}/nodes/:name`, { GET: nodes.get });
  mount(app, `${BASE}/pods`, { GET: pods.list });
  mount(app, `${BASE}/namespaces/:namespace/pods`, { GET: pods.list });
  mount(app, `${BASE}/namespaces/:namespace/pods/:name`, { GET: pods.get });
}
