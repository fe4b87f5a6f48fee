/** Images: absent, pulled, listed, removed, not to be had. */

import { RuntimeError } from '../../runtime.ts';
import type { ConformanceCase } from '../case.ts';
import { check, same } from '../expect.ts';

export const IMAGE_CASES: readonly ConformanceCase[] = [
  {
    name: 'images: what was pulled is present and listed',
    async run(bench) {
      await bench.pod();
      const { nodeName, image } = bench.target;
      const state = await bench.runtime.images.status(nodeName, image);
      check(state.state === 'present', `after the pull it is ${state.state}`);
      check(state.imageId !== '' && state.sizeBytes >= 0, 'it has no id or size');
      const listed = (await bench.runtime.images.list(nodeName)).filter(({ imageId }) => imageId === state.imageId);
      check(listed.length > 0, 'it is not in the list');
    },
  },
  {
    name: 'images: what nobody has is absent, and its pull fails with a message',
    async run(bench) {
      const { nodeName, missingImage } = bench.target;
      const uid = await bench.pod();
      same((await bench.runtime.images.status(nodeName, missingImage)).state, 'absent', 'before the pull');
      let isAsked = false;
      const message = await bench.until('the pull has failed', async () => {
        try {
          const { images } = bench.runtime;
          const state = isAsked
            ? await images.status(nodeName, missingImage)
            : await images.pull(nodeName, missingImage, uid);
          isAsked = true;
          check(state.state !== 'present', 'it was pulled');
          return state.state === 'failed' ? state.message : undefined;
        } catch (error) {
          check(error instanceof RuntimeError, `threw ${String(error)}, which is no RuntimeError`);
          return error.message;
        }
      });
      check(message !== '', 'there is no message');
    },
  },
  {
    name: 'images: one that a container was made from is told as used, where images may be collected',
    async run(bench) {
      const { nodeName, image } = bench.target;
      await bench.running();
      const { imageStore, images } = bench.runtime;
      if (imageStore === undefined || imageStore.perNode === true) {
        return;
      }
      const used = new Set(await imageStore.used(nodeName));
      const state = await images.status(nodeName, image);
      check(state.state === 'present' && (used.has(state.imageId) || used.has(image)), 'it is not told as used');
      const { capacity = 0, available = 0 } = (await imageStore.disk(nodeName)) ?? {};
      check(capacity > 0 && available >= 0 && available <= capacity, `a disk of ${capacity} has ${available} left`);
    },
  },
  {
    name: 'images: a removed one is absent and can be pulled again',
    async run(bench) {
      const { nodeName, image } = bench.target;
      const uid = await bench.pod();
      await bench.runtime.images.remove(nodeName, image);
      same((await bench.runtime.images.status(nodeName, image)).state, 'absent', 'after the removal');
      await bench.runtime.images.remove(nodeName, image);
      await bench.pull(image, uid);
    },
  },
];
