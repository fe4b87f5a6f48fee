/**
 * Events go an hour after they were last written, as with kube-apiserver's `--event-ttl`. Ages come from the rows, so
 * that only events created long enough ago are read; one that was counted again since then stays.
 */
import pLimit from 'p-limit';
import { StatusError } from '../../errors.ts';
import type { ReconcileContext } from '../../queue/reconciler.ts';
import { decodeObject, type ObjectRef, type StoredObject } from '../../registry/registry.ts';
import type { ControllerContext, ControllerDefinition } from '../controller.ts';
import type { Results } from '../results.ts';
import { type Event, lastWritten } from './last-written.ts';

const NAME = 'controller/event-ttl';
const EVENTS = 'events';
const EXPIRE = 'expire';
const TTL_MS = 3_600_000;
const EVERY_MS = 60_000;
/** Events read, and deletions under way, together. */
const BATCH = 500;

export const eventTtlController: ControllerDefinition = {
  name: NAME,
  triggers: [],
  create: (context) => ({
    reconciler: {
      name: NAME,
      reconcileBatch: async (keys, run) => {
        await expireEvents(context, run);
        const results: Results = new Map(keys.map(({ key }) => [key, { requeueAfterMs: EVERY_MS }]));
        return results;
      },
    },
    periodic: [{ key: EXPIRE, everyMs: EVERY_MS }],
  }),
};

async function expireEvents(context: ControllerContext, run: ReconcileContext): Promise<void> {
  const limit = context.clock.now() - TTL_MS;
  const old = { createdBefore: limit + 1, limit: BATCH };
  let after: ObjectRef | undefined;
  do {
    run.signal.throwIfAborted();
    const page = await context.registry.listRefs(EVENTS, { ...old, ...(after === undefined ? {} : { after }) });
    if (page.items.length > 0) {
      await expireBatch(context, page.items, limit, run);
    }
    after = page.items.length < BATCH ? undefined : page.items.at(-1);
  } while (after !== undefined);
}

async function expireBatch(
  { registry }: ControllerContext,
  refs: readonly ObjectRef[],
  limit: number,
  { lease }: ReconcileContext,
): Promise<void> {
  const stored = await registry.getMany(EVENTS, refs);
  const removeOne = async ({ namespace, name, uid, revision }: StoredObject): Promise<void> => {
    const preconditions = { uid, resourceVersion: String(revision) };
    try {
      await registry.delete(EVENTS, namespace, name, { preconditions, fence: lease });
    } catch (error) {
      // Counted again, or gone, since it was read.
      if (!(error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Conflict'))) {
        throw error;
      }
    }
  };
  const expired = stored.filter((event) => lastWritten(decodeObject<Event>(event)) <= limit);
  const atOnce = pLimit(BATCH);
  await Promise.all(expired.map((event) => atOnce(() => removeOne(event))));
}
