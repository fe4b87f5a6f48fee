/** The subscriptions of one connection. One that fails never ends the others. */
import type { UserInfo } from '../../auth/identity.ts';
import { alreadyExists, badRequest, notFound, StatusError, tooManyRequests } from '../../errors.ts';
import type { ResourceDefinition } from '../../resources/define-resource.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { authorize } from '../access/authorize.ts';
import type { ApiContext } from '../context.ts';
import { runAggregate } from './aggregate-subscription.ts';
import type { Aggregates } from './aggregates.ts';
import { Credits } from './credits.ts';
import { errorMessage } from './error-message.ts';
import type { Credit, Subscribe } from './messages.ts';
import { runObjects } from './object-subscription.ts';
import type { FrameSink } from './outbox.ts';
import { PaidOutbox } from './paid-outbox.ts';
import { Progress } from './progress.ts';
import { tokenCodec } from './resume-token.ts';
import { findDefinitions, readSelection } from './selection.ts';
import type { SubscriptionParts } from './subscription.ts';
import type { UserLimits } from './user-limits.ts';

export const MAX_SUBSCRIPTIONS = 100;
/** Ids whose end the client may not have heard of yet. */
const MAX_REMEMBERED_ENDS = 10 * MAX_SUBSCRIPTIONS;
const NAME = { group: 'fleet.flotilla.dev', resource: 'subscriptions' };

/** What all connections of the process share. */
export interface StreamServer {
  readonly context: ApiContext;
  readonly aggregates: Aggregates;
  readonly limits: UserLimits;
}
export interface SubscriptionsOptions extends StreamServer {
  readonly user: UserInfo;
  readonly outbox: FrameSink;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}
/** What must be allowed for it to go on. */
interface Scope {
  readonly definitions: readonly ResourceDefinition[];
  readonly namespace: string | undefined;
}
interface Entry {
  readonly scope: Scope;
  readonly progress: Progress;
  readonly credits: Credits;
  readonly stop: AbortController;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** As the last review found it. */
  #user: UserInfo;
  readonly #entries = new Map<string, Entry>();
  /** Those that the client was told an `error` of, oldest first: what it sent before it knew is no mistake. */
  readonly #failed = new Set<string>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    this.#user = options.user;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Throws 400, 403, 409 and 429; a subscription that fails later tells so by itself. */
  async start(request: Subscribe): Promise<void> {
    const { signal, context, limits, outbox, user } = this.#options;
    if (this.#entries.has(request.id)) {
      throw alreadyExists(NAME, request.id);
    }
    if (this.#entries.size >= MAX_SUBSCRIPTIONS) {
      throw tooManyRequests(`a connection may have ${MAX_SUBSCRIPTIONS} subscriptions`, 1);
    }
    const { registry } = context;
    const definitions = findDefinitions(registry, request);
    const selection = readSelection(request);
    const codec = tokenCodec(context.streamKey, request);
    const from = request.resume === undefined ? undefined : codec.decode(request.resume);
    const scope = { definitions, namespace: selection.namespace };
    await this.#authorize(scope);
    if (limits.subscriptions.isReached(user.username)) {
      throw limits.subscriptions.refusal();
    }
    const release = limits.subscriptions.take(user.username);
    const stop = new LinkedController(signal);
    const credits = new Credits(request.credits);
    const progress = new Progress(codec, from);
    const out = new PaidOutbox(outbox, credits, stop.signal);
    this.#entries.set(request.id, { scope, progress, credits, stop });
    this.#failed.delete(request.id);
    const { username: caller } = user;
    const parts = { request, definitions, selection, from, progress, registry, caller, out, signal: stop.signal };
    void this.#follow(parts).finally(() => {
      stop.release();
      release();
    });
  }

  /** Ends those that the user may not have any more. Throws what the authorizer throws when it cannot say. */
  async review(user: UserInfo): Promise<void> {
    this.#user = user;
    for (const [id, entry] of this.#entries) {
      try {
        await this.#authorize(entry.scope);
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'Forbidden') {
          throw error;
        }
        // One that reads nothing must not keep the others from being looked at.
        void this.#fail(id, entry, error);
      }
    }
  }

  async #authorize({ definitions, namespace }: Scope): Promise<void> {
    const { authorizer } = this.#options.context;
    for (const { group, plural: resource } of definitions) {
      for (const verb of ['list', 'watch']) {
        const asked = { verb, group, resource, ...(namespace === undefined ? {} : { namespace }) };
        await authorize(authorizer, this.#user, asked);
      }
    }
  }

  async #follow(parts: SubscriptionParts): Promise<void> {
    const { request, signal } = parts;
    const { aggregates } = this.#options;
    const entry = this.#entries.get(request.id);
    const run = request.aggregate === undefined ? runObjects : runAggregate(aggregates);
    try {
      await run(parts);
    } catch (error) {
      if (!signal.aborted && entry !== undefined) {
        await this.#fail(request.id, entry, error);
      }
    }
  }

  async #fail(id: string, entry: Entry, error: unknown): Promise<void> {
    // While it was asked whether it may go on it may have ended, and another may have its name.
    if (this.#entries.get(id) !== entry) {
      return;
    }
    const { outbox, context } = this.#options;
    this.#entries.delete(id);
    this.rememberFailed(id);
    // What still delivers ends here: nothing follows the frame that tells of the end.
    entry.stop.abort();
    await outbox.message(errorMessage(context.logger, error, id, entry.progress.token));
  }

  /** The client is told that this one has ended, or never began. */
  rememberFailed(id: string): void {
    this.#failed.delete(id);
    this.#failed.add(id);
    const [oldest] = this.#failed;
    if (oldest !== undefined && this.#failed.size > MAX_REMEMBERED_ENDS) {
      this.#failed.delete(oldest);
    }
  }

  /** Throws 404, and 400 for a subscription that was not started with credits. */
  addCredits({ id, credits }: Credit): void {
    const entry = this.#find(id);
    if (entry === undefined) {
      return;
    }
    if (!entry.credits.isLimited) {
      throw badRequest(`subscription "${id}" was started without credits`);
    }
    entry.credits.add(credits);
  }

  /** Throws 404. */
  async end(id: string): Promise<void> {
    const entry = this.#find(id);
    if (entry === undefined) {
      return;
    }
    this.#entries.delete(id);
    entry.stop.abort();
    await this.#options.outbox.message({ type: 'unsubscribed', id });
  }

  /** Undefined: it has failed. Throws 404 for one that never was, or that the client ended itself. */
  #find(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined && !this.#failed.has(id)) {
      throw notFound(NAME, id);
    }
    return entry;
  }

  sendBookmarks(): void {
    for (const [id, { progress }] of this.#entries) {
      const token = progress.takeNewToken();
      if (token !== undefined) {
        void this.#options.outbox.message({ type: 'bookmark', id, token });
      }
    }
  }
}
