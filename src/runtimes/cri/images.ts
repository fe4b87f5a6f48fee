/** Images of the host. A pull goes on in the background, once for each image; its outcome is kept until it is asked for again. */
import type { Clock } from '../../timing/clock.ts';
import { type ImageState, type Images, type PullCredential, RuntimeError } from '../runtime.ts';
import type { CriClient } from './client.ts';
import type { Auth, CriImage } from './messages.ts';

/** A pull that makes no progress is the runtime's to give up (containerd: image_pull_progress_timeout); this is the last resort. */
const PULL_DEADLINE_MS = 60 * 60_000;

type Pull =
  | { readonly state: 'pulling' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly tookMs: number };

export class CriImages implements Images {
  readonly #client: CriClient;
  readonly #clock: Clock;
  readonly #tell: (podUid: string) => void;
  readonly #pulls = new Map<string, Pull>();

  constructor(client: CriClient, clock: Clock, tell: (podUid: string) => void) {
    this.#client = client;
    this.#clock = clock;
    this.#tell = tell;
  }

  async status(_node: string, image: string): Promise<ImageState> {
    const pull = this.#pulls.get(image);
    if (pull !== undefined && 'state' in pull) {
      return pull;
    }
    const found = await this.#client.call('ImageStatus', { image: { image, user_specified_image: image } });
    if (found.image === null) {
      return { state: 'absent' };
    }
    const { id, repo_digests, size } = found.image;
    return {
      ...{ state: 'present', imageId: repo_digests[0] ?? id, sizeBytes: size },
      ...(pull === undefined ? {} : { pulledInMs: pull.tookMs }),
    };
  }

  async pull(
    _node: string,
    image: string,
    uid: string,
    credentials: readonly PullCredential[] = [],
  ): Promise<ImageState> {
    const before = this.#pulls.get(image);
    if (before === undefined || !('state' in before) || before.state === 'failed') {
      const startedAt = this.#clock.monotonic();
      this.#pulls.set(image, { state: 'pulling' });
      this.#pullWith(image, credentials.length === 0 ? [undefined] : credentials)
        .then(
          () => this.#pulls.set(image, { tookMs: Math.round(this.#clock.monotonic() - startedAt) }),
          (error: Error) => this.#pulls.set(image, { state: 'failed', message: error.message }),
        )
        .finally(() => this.#tell(uid));
    }
    return { state: 'pulling' };
  }

  /** Source: kuberuntime_image.go: one after another, the last refusal tells. */
  async #pullWith(image: string, credentials: readonly (PullCredential | undefined)[]): Promise<void> {
    let refusal: unknown;
    for (const credential of credentials) {
      try {
        const auth = credential === undefined ? {} : { auth: authOf(credential) };
        const request = { image: { image, user_specified_image: image }, ...auth };
        await this.#client.call('PullImage', request, { deadlineMs: PULL_DEADLINE_MS, code: 'ImagePull' });
        return;
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
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
    this.#pulls.delete(image);
    await this.#client.call('RemoveImage', { image: { image } }).catch((error: unknown) => {
      if (!(error instanceof RuntimeError && error.code === 'NotFound')) {
        throw error;
      }
    });
  }
}

const authOf = ({ username, password, registry, identityToken }: PullCredential): Auth => ({
  ...(username === undefined ? {} : { username }),
  ...(password === undefined ? {} : { password }),
  ...(identityToken === undefined ? {} : { identity_token: identityToken }),
  server_address: registry,
});
