/** The engine's disk, and what its containers were made from. */
import type Docker from 'dockerode';
import { diskOf } from '../disk-of.ts';
import type { ImageStore } from '../runtime.ts';
import type { Call } from './call.ts';

/** Where it keeps images and containers. */
export const dockerFolder = async (docker: Docker, call: Call): Promise<string> =>
  ((await call(docker.info())) as { DockerRootDir: string }).DockerRootDir;

export const dockerImageStore = (docker: Docker, call: Call, pauseImage: string): ImageStore => ({
  disk: async () => diskOf(await dockerFolder(docker, call)),
  async used() {
    const [images, containers] = await Promise.all([
      call(docker.listImages()),
      call(docker.listContainers({ all: true })),
    ]);
    const ids = new Set(containers.map(({ ImageID }) => ImageID));
    const inUse = images.filter(({ Id, RepoTags }) => ids.has(Id) || (RepoTags ?? []).includes(pauseImage));
    return inUse.flatMap(({ Id, RepoTags, RepoDigests }) => [Id, ...(RepoTags ?? []), ...(RepoDigests ?? [])]);
  },
});
