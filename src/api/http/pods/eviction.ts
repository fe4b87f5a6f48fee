/** `pods/NAME/eviction`: a deletion that asks first. Source: kubernetes' pkg/registry/core/pod/storage/eviction.go. */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../../errors.ts';
import type { DeleteOptions } from '../../../registry/registry.ts';
import type { ApiContext } from '../../context.ts';
import { toDeleteOptions } from '../delete-options.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { negotiateFormat } from '../negotiate.ts';
import { readBody } from '../read-body.ts';
import { sendSuccess } from '../send.ts';
import { readWriteOptions, userOf } from '../write-options.ts';

interface Eviction {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
  readonly deleteOptions?: unknown;
}

function readEviction(name: string, body: unknown): DeleteOptions {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('json: cannot unmarshal into Go value of type v1.Eviction');
  }
  const { kind = 'Eviction', metadata, deleteOptions } = body as Eviction;
  if (kind !== 'Eviction') {
    throw badRequest(`not an Eviction object: ${JSON.stringify(kind)}`);
  }
  if ((metadata?.name ?? '') !== name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  return toDeleteOptions(deleteOptions ?? {});
}

export function registerEviction(app: FastifyInstance, context: ApiContext): void {
  mount(app, '/api/v1/namespaces/:namespace/pods/:name/eviction', {
    async POST(request, reply) {
      const format = negotiateFormat(request.headers.accept);
      const { dryRun } = readWriteOptions(request, 'CreateOptions');
      const { namespace, name } = pathNames(request);
      const asked = readEviction(name, readBody(request));
      const options = { ...asked, ...userOf(request), ...(dryRun === true ? { dryRun } : {}) };
      await context.registry.evict(namespace, name, options);
      return sendSuccess(reply, format, 201);
    },
  });
}
