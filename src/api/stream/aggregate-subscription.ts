/** Counters instead of objects: all of them, whenever they have changed and the client takes them. */
import { resourceId } from '../../resources/index.ts';
import { Bell } from '../../timing/bell.ts';
import type { Aggregates } from './aggregates.ts';
import type { Aggregator } from './aggregator.ts';
import { aggregateFrame } from './frames.ts';
import { exactly } from './resume-token.ts';
import type { RunSubscription, SubscriptionParts } from './subscription.ts';

/** A token says how new the counters must be: what led to them is not needed, so it never expires. */
async function checkResume({ from, definitions: [first], selection, registry }: SubscriptionParts): Promise<void> {
  if (from !== undefined && first !== undefined) {
    // A list that must not be older throws 504 when the revision is of the future.
    await registry.list(resourceId(first), { ...selection, limit: 1, resourceVersion: String(from.revision) });
  }
}

async function tell(parts: SubscriptionParts, aggregator: Aggregator, changed: Bell): Promise<never> {
  const { request, from, progress, out, signal } = parts;
  let told: string | undefined;
  for (;;) {
    await changed.wait(signal);
    const { published } = aggregator;
    if (published === undefined || published.revision < (from?.revision ?? 0)) {
      continue;
    }
    if (published.text === told) {
      progress.reach(exactly(published.revision));
      continue;
    }
    await out.send(() => {
      // The newest when the client takes it.
      const { text, revision } = aggregator.published ?? published;
      told = text;
      progress.reach(exactly(revision));
      progress.announce();
      return aggregateFrame(request.id, text, progress.tokenOf(revision));
    });
  }
}

export const runAggregate =
  (aggregates: Aggregates): RunSubscription =>
  async (parts) => {
    await checkResume(parts);
    const changed = new Bell();
    const aggregator = aggregates.join(parts, changed);
    try {
      await tell(parts, aggregator, changed);
    } finally {
      aggregates.leave(parts, aggregator, changed);
    }
  };
