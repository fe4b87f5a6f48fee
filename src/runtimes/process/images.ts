/** "Images": names that the operator gave to folders and commands. A pull notes that a node has one. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImageState, type Images, RuntimeError } from '../runtime.ts';
import type { ProcessImage, ProcessOptions } from './options.ts';

export function imageOf({ images }: ProcessOptions, image: string): ProcessImage {
  const found = Object.hasOwn(images, image) ? images[image] : undefined;
  if (found === undefined) {
    throw new RuntimeError('ImagePull', `image ${image} is none that the operator of this node allows (images)`);
  }
  return found;
}

export function processImages(options: ProcessOptions): Images {
  const folder = (node: string): string => join(options.root, 'images', encodeURIComponent(node));
  const note = (node: string, image: string): string => join(folder(node), encodeURIComponent(image));
  const present = (image: string): ImageState => ({
    state: 'present',
    imageId: `process://${image}`,
    sizeBytes: 0,
    pulledInMs: 0,
  });
  const listed = async (node: string): Promise<string[]> =>
    (await readdir(folder(node)).catch(() => [])).map(decodeURIComponent);
  return {
    async status(node, image) {
      const isThere = Object.hasOwn(options.images, image) && (await listed(node)).includes(image);
      return isThere ? present(image) : { state: 'absent' };
    },
    async pull(node, image) {
      imageOf(options, image);
      await mkdir(folder(node), { recursive: true });
      await writeFile(note(node, image), '');
      return present(image);
    },
    async list(node) {
      return (await listed(node)).map((image) => ({ image, imageId: `process://${image}`, sizeBytes: 0 }));
    },
    async remove(node, image) {
      await rm(note(node, image), { force: true });
    },
  };
}
