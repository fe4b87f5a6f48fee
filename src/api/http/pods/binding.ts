/** `pods/NAME/binding` and its older form, a create of `bindings`: a scheduler gives a pod to a node. */
import type { FastifyInstance } from 'fastify';
import { newKind } from '../../../registry/context.ts';
import { decodeBody } from '../../../registry/decode-body.ts';
import { binding } from '../../../resources/core/binding.ts';
import { resourceId } from '../../../resources/index.ts';
import type { ApiContext } from '../../context.ts';
import { pathNames } from '../kind-route.ts';
import { type Handler, mount } from '../mount.ts';
import { negotiateFormat } from '../negotiate.ts';
import { parseBody } from '../read-body.ts';
import { sendSuccess } from '../send.ts';
import { addWarnings } from '../warnings.ts';
import { readWriteOptions } from '../write-options.ts';

const KIND = newKind(binding, resourceId(binding));

export function registerBinding(app: FastifyInstance, { registry }: ApiContext): void {
  const bind: Handler = async (request, reply) => {
    const format = negotiateFormat(request.headers.accept);
    const options = readWriteOptions(request, 'CreateOptions');
    const { namespace, name } = pathNames(request);
    const { value, complaints } = parseBody(request, 'Binding');
    const { object, warnings } = decodeBody(KIND, value, { ...options, complaints });
    addWarnings(reply, warnings);
    await registry.bind(namespace, name === '' ? (object.metadata.name ?? '') : name, object, options);
    return sendSuccess(reply, format, 201);
  };
  mount(app, '/api/v1/namespaces/:namespace/pods/:name/binding', { POST: bind });
  mount(app, '/api/v1/namespaces/:namespace/bindings', { POST: bind });
}
