/** One subscription: a snapshot in pages and then every change, or from a resume token only the changes. */
import type { Registry, ResourceId, Selection } from '../../registry/registry.ts';
import { openSteps, type WatchStep } from '../watch/watch-steps.ts';
import { changesFrames, snapshotFrames } from './frames.ts';
import type { Subscribe } from './messages.ts';
import type { Frame, Outbox } from './outbox.ts';
import { decodeToken, encodeToken } from './resume-token.ts';

export interface SubscriptionOptions {
  readonly request: Subscribe;
  readonly resource: ResourceId;
  readonly selection: Selection;
  readonly registry: Registry;
  readonly outbox: Outbox;
  readonly signal: AbortSignal;
}

export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #from: number | undefined;
  /** Everything up to here has been sent; undefined before the snapshot is whole. */
  #delivered: number | undefined;
  /** The newest revision that the client has a token of. */
  #announced: number | undefined;

  /** Throws 400 on a token that cannot be read. */
  constructor(options: SubscriptionOptions) {
    this.#options = options;
    const { request } = options;
    this.#from = request.resume === undefined ? undefined : decodeToken(request, request.resume);
    this.#delivered = this.#from;
    this.#announced = this.#from;
  }

  /** The token to resume from, where there is one yet. */
  get token(): string | undefined {
    return this.#delivered === undefined ? undefined : encodeToken(this.#options.request, this.#delivered);
  }

  /** A token that the client does not have yet, for a bookmark. */
  takeNewToken(): string | undefined {
    if (this.#delivered === this.#announced) {
      return undefined;
    }
    this.#announced = this.#delivered;
    return this.token;
  }

  /** Runs until the signal aborts. Throws what list and watch throw. */
  async run(): Promise<void> {
    const { registry, resource, selection, outbox, signal } = this.#options;
    const steps = await openSteps(registry, resource, { selection, from: this.#from }, signal);
    for await (const step of steps) {
      const frames = this.#framesOf(step);
      for (const frame of frames) {
        // Nothing follows the frame that tells of the subscription's end.
        signal.throwIfAborted();
        await outbox.send(frame);
      }
      this.#delivered = step.revision ?? this.#delivered;
      this.#announced = frames.length > 0 ? this.#delivered : this.#announced;
    }
  }

  /** Until the snapshot is whole nothing carries a token: to resume in its middle would lose the pages not yet sent. */
  #framesOf({ events, revision, endsInitial }: WatchStep): readonly Frame[] {
    const { request } = this.#options;
    const { id } = request;
    const token = revision === undefined ? undefined : encodeToken(request, revision);
    if (token !== undefined && endsInitial !== true) {
      return changesFrames(id, events, token);
    }
    if (events.every(({ type }) => type === 'ADDED')) {
      const objects = events.map(({ object }) => object);
      return snapshotFrames(id, objects, token);
    }
    // What changed behind the reading of the pages.
    return [...changesFrames(id, events, undefined), ...snapshotFrames(id, [], token)];
  }
}
