/** Images of the engine. A pull goes on in the background, once for each image; its outcome is kept until it is asked for again. */
import type Docker from 'dockerode';
import type { Clock } from '../../timing/clock.ts';
import type { ImageState, Images, PullCredential } from '../runtime.ts';
import { type Call, unlessGone } from './call.ts';

const PULL_MS = 60 * 60_000;

type Pull =
  | { readonly state: 'pulling' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly tookMs: number };

export class DockerImages implements Images {
  readonly #docker: Docker;
  readonly #call: Call;
  readonly #clock: Clock;
  readonly #tell: (podUid: string) => void;
  readonly #pulls = new Map<string, Pull>();

  constructor(docker: Docker, call: Call, clock: Clock, tell: (podUid: string) => void) {
    this.#docker = docker;
    this.#call = call;
    this.#clock = clock;
    this.#tell = tell;
  }

  async status(_node: string, image: string): Promise<ImageState> {
    const pull = this.#pulls.get(image);
    if (pull !== undefined && 'state' in pull) {
      return pull;
    }
    const found = await this.#call(this.#docker.getImage(image).inspect()).catch(unlessGone);
    if (found === undefined) {
      return { state: 'absent' };
    }
    const took = pull === undefined ? {} : { pulledInMs: pull.tookMs };
    return { state: 'present', imageId: found.RepoDigests?.[0] ?? found.Id, sizeBytes: found.Size, ...took };
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

  async #pullWith(image: string, credentials: readonly (PullCredential | undefined)[]): Promise<void> {
    // Without a tag the engine would pull all of them.
    const name = /@|:[^/]+$/.test(image) ? image : `${image}:latest`;
    let refusal: unknown;
    for (const credential of credentials) {
      try {
        const progress = await this.#call(this.#docker.pull(name, authOf(credential)), 'ImagePull', PULL_MS);
        const done = new Promise<void>((resolve, reject) => {
          this.#docker.modem.followProgress(progress, (error) => (error ? reject(error) : resolve()));
        });
        await this.#call(done, 'ImagePull', PULL_MS);
        return;
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }

  async list(): Promise<{ image: string; imageId: string; sizeBytes: number }[]> {
    const images = await this.#call(this.#docker.listImages());
    return images.flatMap(({ Id, RepoTags, RepoDigests, Size }) =>
      (RepoTags ?? []).map((image) => ({ image, imageId: RepoDigests?.[0] ?? Id, sizeBytes: Size })),
    );
  }

  async remove(_node: string, image: string): Promise<void> {
    this.#pulls.delete(image);
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
