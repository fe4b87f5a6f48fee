/** Images of the engine. */
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { Clock } from '../../timing/clock.ts';
import { formatGoDuration } from '../../values/kubelet-configuration/go-duration.ts';
import { BackgroundPulls } from '../background-pulls.ts';
import { type ImageState, type Images, type PullCredential, RuntimeError } from '../runtime.ts';
import { type Call, unlessGone } from './call.ts';
import { pulled } from './pull-progress.ts';

const PULL_MS = 60 * 60_000;
/** Without progress: others may wait for it. Source: cri-dockerd, --image-pull-progress-deadline. */
const STALLED_MS = 60_000;

export class DockerImages implements Images {
  readonly #docker: Docker;
  readonly #call: Call;
  readonly #clock: Clock;
  readonly #pulls: BackgroundPulls;

  constructor(docker: Docker, call: Call, clock: Clock, tell: (podUid: string) => void, atATime?: number) {
    this.#docker = docker;
    this.#call = call;
    this.#clock = clock;
    this.#pulls = new BackgroundPulls((image, credential) => this.#pullOnce(image, credential), clock, tell, atATime);
  }

  async status(_node: string, image: string): Promise<ImageState> {
    const unfinished = this.#pulls.unfinished(image);
    if (unfinished !== undefined) {
      return unfinished;
    }
    const found = await this.#call(this.#docker.getImage(image).inspect()).catch(unlessGone);
    if (found === undefined) {
      return { state: 'absent' };
    }
    const imageId = found.RepoDigests?.[0] ?? found.Id;
    return { state: 'present', imageId, sizeBytes: found.Size, ...this.#pulls.tookOf(image) };
  }

  async pull(_node: string, image: string, uid: string, credentials?: readonly PullCredential[]): Promise<ImageState> {
    return this.#pulls.start(image, uid, credentials);
  }

  async #pullOnce(image: string, credential: PullCredential | undefined): Promise<void> {
    // Without a tag the engine would pull all of them.
    const name = /@|:[^/]+$/.test(image) ? image : `${image}:latest`;
    const progress = await this.#call(this.#docker.pull(name, authOf(credential)), 'ImagePull', STALLED_MS);
    let lastAt = this.#clock.monotonic();
    const done = pulled(this.#docker, progress, 'ImagePull', () => {
      lastAt = this.#clock.monotonic();
    });
    const over = new AbortController();
    try {
      await Promise.race([this.#call(done, 'ImagePull', PULL_MS), this.#stalled(name, () => lastAt, over.signal)]);
    } finally {
      // The engine gives a pull up that nobody reads of.
      (progress as Partial<Readable>).destroy?.();
      over.abort();
    }
  }

  async #stalled(image: string, lastAt: () => number, signal: AbortSignal): Promise<never> {
    for (;;) {
      const leftMs = lastAt() + STALLED_MS - this.#clock.monotonic();
      if (leftMs <= 0) {
        const why = `because of no progress for ${formatGoDuration(STALLED_MS)}`;
        throw new RuntimeError('ImagePull', `Cancel pulling ${JSON.stringify(image)} ${why}`);
      }
      await this.#clock.sleep(leftMs, signal);
    }
  }

  async list(): Promise<{ image: string; imageId: string; sizeBytes: number }[]> {
    const images = await this.#call(this.#docker.listImages());
    return images.flatMap(({ Id, RepoTags, RepoDigests, Size }) =>
      (RepoTags ?? []).map((image) => ({ image, imageId: RepoDigests?.[0] ?? Id, sizeBytes: Size })),
    );
  }

  async remove(_node: string, image: string): Promise<void> {
    this.#pulls.forget(image);
    await this.#call(this.#docker.getImage(image).remove()).catch(unlessGone);
  }
}

const authOf = (credential: PullCredential | undefined): object =>
  credential === undefined
    ? {}
    : {
        authconfig: {
          username: credential.username ?? '',
          password: credential.password ?? '',
          serveraddress: credential.registry,
          ...(credential.identityToken === undefined ? {} : { identitytoken: credential.identityToken }),
        },
      };
