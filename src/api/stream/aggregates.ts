/** The aggregators of this process, each shared by all subscriptions of one selection and grouping, while there are any. */

import type { Bell } from '../../timing/bell.ts';
import type { ApiContext } from '../context.ts';
import { Aggregator } from './aggregator.ts';
import { identify } from './resume-token.ts';
import type { SubscriptionParts } from './subscription.ts';

export class Aggregates {
  readonly #context: Pick<ApiContext, 'registry' | 'clock'>;
  readonly #running = new Map<string, Aggregator>();

  constructor(context: Pick<ApiContext, 'registry' | 'clock'>) {
    this.#context = context;
  }

  /** Runs as long as the bell listens. Throws 400 on groupBy. */
  join(parts: Pick<SubscriptionParts, 'request' | 'definitions' | 'selection'>, bell: Bell): Aggregator {
    const { request, definitions, selection } = parts;
    const key = identify(request);
    const aggregator =
      this.#running.get(key) ?? this.#start(key, { definitions, selection }, request.aggregate?.groupBy);
    aggregator.listen(bell);
    return aggregator;
  }

  #start(
    key: string,
    of: Pick<SubscriptionParts, 'definitions' | 'selection'>,
    groupBy: readonly string[] = [],
  ): Aggregator {
    const { registry, clock } = this.#context;
    const aggregator = new Aggregator({ ...of, registry, clock, groupBy });
    this.#running.set(key, aggregator);
    void aggregator.run().then(() => this.#forget(key, aggregator));
    return aggregator;
  }

  /** Also of one that still has listeners, which it failed: who subscribes now starts another. */
  #forget(key: string, aggregator: Aggregator): void {
    if (this.#running.get(key) === aggregator) {
      this.#running.delete(key);
    }
  }

  leave(parts: Pick<SubscriptionParts, 'request'>, aggregator: Aggregator, bell: Bell): void {
    if (aggregator.unlisten(bell)) {
      this.#forget(identify(parts.request), aggregator);
    }
  }

  get size(): number {
    return this.#running.size;
  }
}
