/** Images of the host. */
import type { Clock } from '../../timing/clock.ts';
import { BackgroundPulls } from '../background-pulls.ts';
import { type ImageState, type Images, type PullCredential, RuntimeError } from '../runtime.ts';
import type { CriClient } from './client.ts';
import type { Auth, CriImage } from './messages.ts';

/** A pull that makes no progress is the runtime's to give up (containerd: image_pull_progress_timeout); this is the last resort. */
const PULL_DEADLINE_MS = 60 * 60_000;

export class CriImages implements Images {
  readonly #client: CriClient;
  readonly #pulls: BackgroundPulls;

  constructor(client: CriClient, clock: Clock, tell: (podUid: string) => void, atATime?: number) {
    this.#client = client;
    this.#pulls = new BackgroundPulls((image, credential) => this.#pullOnce(image, credential), clock, tell, atATime);
  }

  async status(_node: string, image: string): Promise<ImageState> {
    const unfinished = this.#pulls.unfinished(image);
    if (unfinished !== undefined) {
      return unfinished;
    }
    const found = await this.#client.call('ImageStatus', { image: { image, user_specified_image: image } });
    if (found.image === null) {
      return { state: 'absent' };
    }
    const { id, repo_digests, size } = found.image;
    return { state: 'present', imageId: repo_digests[0] ?? id, sizeBytes: size, ...this.#pulls.tookOf(image) };
  }

  async pull(_node: string, image: string, uid: string, credentials?: readonly PullCredential[]): Promise<ImageState> {
    return this.#pulls.start(image, uid, credentials);
  }

  async #pullOnce(image: string, credential: PullCredential | undefined): Promise<void> {
    const auth = credential === undefined ? {} : { auth: authOf(credential) };
    const request = { image: { image, user_specified_image: image }, ...auth };
    await this.#client.call('PullImage', request, { deadlineMs: PULL_DEADLINE_MS, code: 'ImagePull' });
  }

  async list(): Promise<{ image: string; imageId: string; sizeBytes: number }[]> {
    const { images } = await this.#client.call('ListImages', {});
    return images.flatMap(({ id, repo_tags, repo_digests, size }: CriImage) =>
      (repo_tags.length > 0 ? repo_tags : repo_digests.slice(0, 1)).map((image) => ({
        ...{ image, imageId: repo_digests[0] ?? id, sizeBytes: size },
      })),
    );
  }

  async remove(_node: string, image: string): Promise<void> {
    this.#pulls.forget(image);
    await this.#client.call('RemoveImage', { image: { image } }).catch((error: unknown) => {
      if (!(error instanceof RuntimeError && error.code === 'NotFound')) {
        throw error;
      }
    });
  }
}

/** Without the registry, as the kubelet: containerd takes it for a URL, and gives nothing to one that it cannot read. */
const authOf = ({ username, password, identityToken }: PullCredential): Auth => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(identityToken === undefined ? {} : { identity_token: identityToken }),
});
