/** Docker's API, of the Docker Engine or of Podman, as far as a test needs it to have its daemon ready. */
import Docker from 'dockerode';
import { until } from '../until.ts';
import { succeeds } from './daemon.ts';
import { PAUSE_IMAGE } from './image-tar.ts';

export function dockerApi(socketPath: string) {
  const docker = new Docker({ socketPath });
  return {
    answers: (): Promise<unknown> => docker.ping(),
    async loadImages(tar: string): Promise<void> {
      await docker.loadImage(tar).then((answer) => answer.resume());
      await until(() => succeeds(docker.getImage(PAUSE_IMAGE).inspect()));
    },
  };
}
