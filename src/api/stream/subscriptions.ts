/** The subscriptions of one connection. One that fails never ends the others. */
import type { UserInfo } from '../../auth/identity.ts';
import { alreadyExists, notFound, tooManyRequests } from '../../errors.ts';
import { resourceId } from '../../resources/index.ts';
import { authorize } from '../access/authorize.ts';
import type { ApiContext } from '../context.ts';
import { errorMessage } from './error-message.ts';
import type { Subscribe } from './messages.ts';
import type { Outbox } from './outbox.ts';
import { findDefinition, readSelection } from './selection.ts';
import { Subscription } from './subscription.ts';

export const MAX_SUBSCRIPTIONS = 100;
const NAME = { group: 'fleet.flotilla.dev', resource: 'subscriptions' };

export interface SubscriptionsOptions {
  readonly context: ApiContext;
  readonly user: UserInfo;
  readonly outbox: Outbox;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
}
interface Entry {
  readonly subscription: Subscription;
  readonly stop: AbortController;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Throws 400, 403, 409 and 429; a subscription that fails later tells so by itself. */
  async start(request: Subscribe): Promise<void> {
    const { outbox, signal, context } = this.#options;
    if (this.#entries.has(request.id)) {
      throw alreadyExists(NAME, request.id);
    }
    if (this.#entries.size >= MAX_SUBSCRIPTIONS) {
      throw tooManyRequests(`a connection may have ${MAX_SUBSCRIPTIONS} subscriptions`, 1);
    }
    const { registry } = context;
    const definition = findDefinition(registry, request);
    const selection = readSelection(request);
    const { group, plural: resource } = definition;
    const { namespace } = selection;
    for (const verb of ['list', 'watch']) {
      const asked = { verb, group, resource, ...(namespace === undefined ? {} : { namespace }) };
      await authorize(context.authorizer, this.#options.user, asked);
    }
    const stop = new AbortController();
    const either = AbortSignal.any([stop.signal, signal]);
    const parts = { request, selection, registry, outbox, resource: resourceId(definition), signal: either };
    const subscription = new Subscription(parts);
    this.#entries.set(request.id, { subscription, stop });
    void this.#follow(request.id, subscription, either);
  }

  async #follow(id: string, subscription: Subscription, signal: AbortSignal): Promise<void> {
    try {
      await subscription.run();
    } catch (error) {
      if (!signal.aborted) {
        this.#entries.delete(id);
        const { outbox, context } = this.#options;
        await outbox.message(errorMessage(context.logger, error, id, subscription.token));
      }
    }
  }

  /** Throws 404. */
  async end(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw notFound(NAME, id);
    }
    this.#entries.delete(id);
    entry.stop.abort();
    await this.#options.outbox.message({ type: 'unsubscribed', id });
  }

  sendBookmarks(): void {
    for (const [id, { subscription }] of this.#entries) {
      const token = subscription.takeNewToken();
      if (token !== undefined) {
        void this.#options.outbox.message({ type: 'bookmark', id, token });
      }
    }
  }
}
