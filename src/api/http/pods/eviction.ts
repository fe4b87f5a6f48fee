/** `pods/NAME/eviction`: a deletion that asks first. Source: kubernetes' pkg/registry/core/pod/storage/eviction.go. */
import type { FastifyInstance } from 'fastify';
import { badRequest } from '../../../errors.ts';
import { newKind } from '../../../registry/context.ts';
import { decodeBody } from '../../../registry/decode-body.ts';
import type { DeleteOptions } from '../../../registry/registry.ts';
import { resourceId } from '../../../resources/index.ts';
import { eviction } from '../../../resources/policy/eviction.ts';
import type { KubeObject } from '../../../values/object.ts';
import type { ApiContext } from '../../context.ts';
import { toDeleteOptions } from '../delete-options.ts';
import { pathNames } from '../kind-route.ts';
import { mount } from '../mount.ts';
import { negotiateFormat } from '../negotiate.ts';
import { parseBody } from '../read-body.ts';
import { sendSuccess } from '../send.ts';
import { addWarnings } from '../warnings.ts';
import { readWriteOptions, userOf } from '../write-options.ts';

const KIND = newKind(eviction, resourceId(eviction));
const OLDER = 'policy/v1beta1';

/** As the older version, which older clients send, they say the same. */
function ofThisVersion(body: unknown): unknown {
  const isOlder = typeof body === 'object' && body !== null && 'apiVersion' in body && body.apiVersion === OLDER;
  return isOlder ? { ...body, apiVersion: KIND.apiVersion } : body;
}

function readEviction(name: string, { metadata, ...rest }: KubeObject): DeleteOptions {
  if ((metadata.name ?? '') !== name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  return toDeleteOptions((rest as { deleteOptions?: unknown }).deleteOptions ?? {});
}

export function registerEviction(app: FastifyInstance, context: ApiContext): void {
  mount(app, '/api/v1/namespaces/:namespace/pods/:name/eviction', {
    async POST(request, reply) {
      const format = negotiateFormat(request.headers.accept);
      const write = readWriteOptions(request, 'CreateOptions');
      const { namespace, name } = pathNames(request);
      const { value, complaints } = parseBody(request, 'Eviction');
      const { object, warnings } = decodeBody(KIND, ofThisVersion(value), { ...write, complaints });
      addWarnings(reply, warnings);
      const asked = readEviction(name, object);
      const options = { ...asked, ...userOf(request), ...(write.dryRun === true && { dryRun: true }) };
      await context.registry.evict(namespace, name, options);
      return sendSuccess(reply, format, 201);
    },
  });
}
