/** `pods/NAME/binding` and its older form, a create of `bindings`: a scheduler gives a pod to a node. */
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../kind-route.ts';
import { type Handler, mount } from '../mount.ts';
import { negotiateFormat } from '../negotiate.ts';
import { readBody } from '../read-body.ts';
import { sendSuccess } from '../send.ts';
import { readWriteOptions } from '../write-options.ts';

/** The name in the body; what is no Binding at all is refused by the registry. */
function nameIn(binding: unknown): string {
  const { metadata } = (binding ?? {}) as { metadata?: { name?: unknown } | null };
  return typeof metadata?.name === 'string' ? metadata.name : '';
}

export function registerBinding(app: FastifyInstance, { registry }: ApiContext): void {
  const bind: Handler = async (request, reply) => {
    const format = negotiateFormat(request.headers.accept);
    const options = readWriteOptions(request, 'CreateOptions');
    const { namespace, name } = pathNames(request);
    const binding = readBody(request);
    await registry.bind(namespace, name === '' ? nameIn(binding) : name, binding, options);
    return sendSuccess(reply, format, 201);
  };
  mount(app, '/api/v1/namespaces/:namespace/pods/:name/binding', { POST: bind });
  mount(app, '/api/v1/namespaces/:namespace/bindings', { POST: bind });
}
