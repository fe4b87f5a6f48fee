/** autoscaling/v1 Scale of any kind that declares it. */
import { encodeBody } from '../../registry/registry.ts';
import { scale as definition } from '../../resources/autoscaling/scale.ts';
import type { KubeObject } from '../../values/object.ts';
import { type KindRoute, pathNames } from './kind-route.ts';
import type { Methods } from './mount.ts';
import { parseBody } from './read-body.ts';
import { readPatch } from './read-patch.ts';
import { sendObject } from './send.ts';
import { viewOf } from './view.ts';
import { addWarnings } from './warnings.ts';
import { readPatchOptions, readWriteOptions } from './write-options.ts';

const textOf = (scale: KubeObject) => ({
  body: encodeBody(scale),
  revision: Number(scale.metadata.resourceVersion),
});

export const scaleMethods = ({ context: { registry, clock }, id }: KindRoute): Methods => ({
  async GET(request, reply) {
    const view = viewOf(request, definition, clock);
    const { namespace, name } = pathNames(request);
    return sendObject(reply, view, textOf(await registry.getScale(id, namespace, name)));
  },
  async PUT(request, reply) {
    const view = viewOf(request, definition, clock);
    const options = readWriteOptions(request, 'UpdateOptions');
    const { namespace, name } = pathNames(request);
    const { value, complaints } = parseBody(request, 'Scale');
    const { scale, warnings } = await registry.updateScale(id, namespace, name, value, { ...options, complaints });
    addWarnings(reply, warnings);
    return sendObject(reply, view, textOf(scale));
  },
  async PATCH(request, reply) {
    const view = viewOf(request, definition, clock);
    const { type, patch, complaints } = readPatch(request);
    const options = readPatchOptions(request, type);
    const { namespace, name } = pathNames(request);
    const written = await registry.patch(id, namespace, name, type, patch, {
      ...{ ...options, complaints, subresource: 'scale' },
    });
    addWarnings(reply, written.warnings);
    return sendObject(reply, view, written.object);
  },
});
