/** `namespaces/NAME/finalize`: the namespace controller takes its finalizer off. */
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { readBody } from '../read-body.ts';
import { sendObject } from '../send.ts';
import { viewOf } from '../view.ts';
import { readWriteOptions } from '../write-options.ts';

export function registerFinalize(app: FastifyInstance, { registry, clock }: ApiContext): void {
  mount(app, '/api/v1/namespaces/:name/finalize', {
    async PUT(request, reply) {
      const view = viewOf(request, registry.definition('', 'namespaces'), clock);
      const options = readWriteOptions(request, 'UpdateOptions');
      const { name } = pathNames(request);
      const { object } = await registry.finalizeNamespace(name, readBody(request), options);
      return sendObject(reply, view, object);
    },
  });
}
