/** Objects: a snapshot in pages and then every change, or from a resume token only the changes. */
import { resourceId } from '../../resources/index.ts';
import { openSteps, type WatchStep } from '../watch/watch-steps.ts';
import { CoalescedDelivery } from './coalesced-delivery.ts';
import { changesFrames, type Frames, type Framing, snapshotFrames } from './frames.ts';
import { sourceOf } from './kinds-source.ts';
import { exactly } from './resume-token.ts';
import type { RunSubscription, SubscriptionParts } from './subscription.ts';
import { viewOf } from './view.ts';

/** Until the snapshot is whole nothing carries a token: to resume in its middle would lose the pages not yet sent. */
function framesOf(framing: Framing, { events, revision, endsInitial }: WatchStep): Frames[] {
  if (revision !== undefined && endsInitial !== true) {
    return [changesFrames(framing, events, revision)];
  }
  if (events.every(({ type }) => type === 'ADDED')) {
    const objects = events.map(({ object }) => object);
    return [snapshotFrames(framing, objects, revision)];
  }
  // What changed behind the reading of the pages.
  return [changesFrames(framing, events, undefined), snapshotFrames(framing, [], revision)];
}

/** Waits for the client, frame by frame. */
async function sendStep({ out, progress }: SubscriptionParts, framing: Framing, step: WatchStep): Promise<void> {
  for (const frames of framesOf(framing, step)) {
    while (!frames.isDone) {
      await out.send(() => {
        const { data, revision } = frames.next();
        if (revision !== undefined) {
          progress.reach(exactly(revision));
          progress.announce();
        }
        return data;
      });
    }
  }
  if (step.revision !== undefined) {
    progress.reach(exactly(step.revision));
  }
}

export const runObjects: RunSubscription = async (parts) => {
  const { request, definitions, selection, from, progress, registry, caller, signal } = parts;
  const framing = { id: request.id, view: viewOf(request), tokenOf: progress.tokenOf };
  const ids = definitions.map(resourceId);
  const asked = { selection, from: from?.revision, caller };
  const steps = await openSteps(sourceOf(registry, ids), ids[0] ?? '', asked, signal);
  let delivery: CoalescedDelivery | undefined;
  for await (const step of steps) {
    const { revision, endsInitial } = step;
    if (request.coalesce !== true || revision === undefined || endsInitial === true) {
      await sendStep(parts, framing, step);
      continue;
    }
    delivery ??= new CoalescedDelivery(parts, framing, progress.position ?? exactly(revision));
    await delivery.add({ events: step.events, revision });
  }
};
