/**
 * metrics-api/: metrics.k8s.io, which `kubectl top` and autoscalers read. Figures come from the runtimes when they are
 * asked for; nothing is stored or watched. May import registry contracts, runtimes/runtime.ts, resources, values.
 */
import type { FastifyInstance } from 'fastify';
import { notFound } from '../../errors.ts';
import type { ObjectText } from '../../registry/registry.ts';
import { nodeMetrics, podMetrics } from '../../resources/metrics/metrics.ts';
import type { ApiContext } from '../context.ts';
import { pathNames, pathNamespace } from '../http/kind-route.ts';
import { readListOptions } from '../http/list-options.ts';
import { type Handler, mount } from '../http/mount.ts';
import { sendList, sendObject } from '../http/send.ts';
import { viewOf } from '../http/view.ts';
import type { Query } from '../query.ts';
import { openLifetime } from '../server/lifetime.ts';
import { measureNodes, measurePods } from './measure.ts';

const BASE = '/apis/metrics.k8s.io/v1beta1';

interface Measured {
  readonly definition: typeof nodeMetrics;
  /** Of what is measured. */
  readonly id: 'nodes' | 'pods';
  readonly measure: (stored: readonly ObjectText[], signal: AbortSignal) => Promise<ObjectText[]>;
}

function handlers(context: ApiContext, { definition, id, measure }: Measured): { list: Handler; get: Handler } {
  const { registry, clock } = context;
  return {
    async list(request, reply) {
      const view = viewOf(request, definition, clock);
      const { items, ...page } = await registry.list(
        id,
        readListOptions(request.query as Query, pathNamespace(request)),
      );
      const lifetime = openLifetime(context.signal, request.raw.socket);
      try {
        return await sendList(reply, view, { ...page, items: await measure(items, lifetime.signal) }, context.spools);
      } finally {
        lifetime.end();
      }
    },
    async get(request, reply) {
      const view = viewOf(request, definition, clock);
      const { namespace, name } = pathNames(request);
      const lifetime = openLifetime(context.signal, request.raw.socket);
      try {
        const [measured] = await measure([await registry.get(id, namespace, name)], lifetime.signal);
        if (measured === undefined) {
          throw notFound({ group: definition.group, resource: definition.plural }, name);
        }
        return sendObject(reply, view, measured);
      } finally {
        lifetime.end();
      }
    },
  };
}

export function registerMetricsApi(app: FastifyInstance, context: ApiContext): void {
  const nodes = handlers(context, {
    ...{ definition: nodeMetrics, id: 'nodes' },
    measure: (stored, signal) => measureNodes(context, stored, signal),
  });
  const pods = handlers(context, {
    ...{ definition: podMetrics, id: 'pods' },
    measure: (stored) => measurePods(context, stored),
  });
  mount(app, `${BASE}/nodes`, { GET: nodes.list });
  mount(app, `${BASE}/nodes/:name`, { GET: nodes.get });
  mount(app, `${BASE}/pods`, { GET: pods.list });
  mount(app, `${BASE}/namespaces/:namespace/pods`, { GET: pods.list });
  mount(app, `${BASE}/namespaces/:namespace/pods/:name`, { GET: pods.get });
}
