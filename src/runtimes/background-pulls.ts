/** Pulls that go on in the background, one for each image; an outcome is kept until the image is asked for again. */

import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../timing/clock.ts';
import type { ImageState, PullCredential } from './runtime.ts';

type Pull =
  | { readonly state: 'pulling' }
  | { readonly state: 'failed'; readonly message: string }
  | { readonly tookMs: number };

/** Pulls once, with a credential or without; throws when it is refused. */
export type PullOnce = (image: string, credential: PullCredential | undefined) => Promise<void>;

export class BackgroundPulls {
  readonly #pulls = new Map<string, Pull>();
  readonly #pullOnce: PullOnce;
  readonly #clock: Clock;
  readonly #tell: (podUid: string) => void;
  readonly #limit: LimitFunction;

  /** `atATime`: images; undefined: all. */
  constructor(pullOnce: PullOnce, clock: Clock, tell: (podUid: string) => void, atATime = Number.POSITIVE_INFINITY) {
    this.#limit = pLimit(atATime);
    this.#pullOnce = pullOnce;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Of a pull that goes on or failed; undefined: the runtime is to be asked. */
  unfinished(image: string): ImageState | undefined {
    const pull = this.#pulls.get(image);
    return pull !== undefined && 'state' in pull ? pull : undefined;
  }

  /** What a present image's state says of its pull. */
  tookOf(image: string): { readonly pulledInMs?: number } {
    const pull = this.#pulls.get(image);
    return pull !== undefined && 'tookMs' in pull ? { pulledInMs: pull.tookMs } : {};
  }

  start(image: string, podUid: string, credentials: readonly PullCredential[] = []): ImageState {
    if (this.unfinished(image)?.state !== 'pulling') {
      this.#pulls.set(image, { state: 'pulling' });
      this.#limit(() => this.#timed(image, credentials.length === 0 ? [undefined] : credentials))
        .then(
          (tookMs) => this.#pulls.set(image, { tookMs }),
          (error: Error) => this.#pulls.set(image, { state: 'failed', message: error.message }),
        )
        .finally(() => this.#tell(podUid));
    }
    return { state: 'pulling' };
  }

  forget(image: string): void {
    this.#pulls.delete(image);
  }

  /** What it took, without the wait for others. */
  async #timed(image: string, credentials: readonly (PullCredential | undefined)[]): Promise<number> {
    const startedAt = this.#clock.monotonic();
    await this.#pullWith(image, credentials);
    return Math.round(this.#clock.monotonic() - startedAt);
  }

  /** Source: kuberuntime_image.go: one after another, the last refusal tells. */
  async #pullWith(image: string, credentials: readonly (PullCredential | undefined)[]): Promise<void> {
    let refusal: unknown;
    for (const credential of credentials) {
      try {
        await this.#pullOnce(image, credential);
        return;
      } catch (error) {
        refusal = error;
      }
    }
    throw refusal;
  }
}
