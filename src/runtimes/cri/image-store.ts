/** The disk of the runtime's images, and what containers were made from, whoever's they are. */
import { diskOf } from '../disk-of.ts';
import type { ImageStore } from '../runtime.ts';
import { RuntimeError } from '../runtime.ts';
import type { CriClient } from './client.ts';

/** Of sandboxes; a containerd before 2.0 does not say that it is pinned. */
const PAUSE = /(?:^|\/)pause[:@]/;

export async function criImageFolder(client: CriClient): Promise<string> {
  const { image_filesystems: found } = await client.call('ImageFsInfo', {});
  const path = found[0]?.fs_id?.mountpoint ?? '';
  if (path === '') {
    throw new RuntimeError('Unavailable', 'the runtime does not say where its images are');
  }
  return path;
}

export const criImageStore = (client: CriClient): ImageStore => ({
  disk: async () => diskOf(await criImageFolder(client)),
  async used() {
    const [{ images }, { containers }] = await Promise.all([
      client.call('ListImages', {}),
      client.call('ListContainers', {}),
    ]);
    const refs = new Set(containers.flatMap(({ image, image_ref }) => [image_ref, image?.image ?? '']));
    return images.flatMap(({ id, repo_tags, repo_digests, pinned }) => {
      const names = [id, ...repo_tags, ...repo_digests];
      return pinned === true || names.some((name) => refs.has(name) || PAUSE.test(name)) ? names : [];
    });
  },
});
