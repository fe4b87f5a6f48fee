/** autoscaling/v1 Scale of any kind that declares it. */
import { renderJson } from '../../registry/registry.ts';
import { type KindRoute, pathNames } from './kind-route.ts';
import type { Methods } from './mount.ts';
import { negotiateFormat } from './negotiate.ts';
import { parseBody } from './read-body.ts';
import { readPatch } from './read-patch.ts';
import { sendText } from './send.ts';
import { addWarnings } from './warnings.ts';
import { readPatchOptions, readWriteOptions } from './write-options.ts';

export const scaleMethods = ({ context: { registry }, id }: KindRoute): Methods => ({
  async GET(request, reply) {
    const format = negotiateFormat(request.headers.accept);
    const { namespace, name } = pathNames(request);
    return sendText(reply, format, JSON.stringify(await registry.getScale(id, namespace, name)));
  },
  async PUT(request, reply) {
    const format = negotiateFormat(request.headers.accept);
    const options = readWriteOptions(request, 'UpdateOptions');
    const { namespace, name } = pathNames(request);
    const { value, complaints } = parseBody(request, 'Scale');
    const { scale, warnings } = await registry.updateScale(id, namespace, name, value, { ...options, complaints });
    addWarnings(reply, warnings);
    return sendText(reply, format, JSON.stringify(scale));
  },
  async PATCH(request, reply) {
    const format = negotiateFormat(request.headers.accept);
    const { type, patch, complaints } = readPatch(request);
    const options = readPatchOptions(request, type);
    const { namespace, name } = pathNames(request);
    const written = await registry.patch(id, namespace, name, type, patch, {
      ...{ ...options, complaints, subresource: 'scale' },
    });
    addWarnings(reply, written.warnings);
    return sendText(reply, format, renderJson(written.object));
  },
});
