/** The scheduler as a controller: what wakes it, and its passes. */
import type { ControllerDefinition } from '../controller.ts';
import type { Results } from '../results.ts';
import { Scheduler } from './scheduler.ts';
import { NAME, PENDING, schedulerTriggers } from './triggers.ts';

const LOOK_MS = 30_000;

export const schedulerController: ControllerDefinition = {
  name: NAME,
  triggers: schedulerTriggers,
  create: (context) => {
    const scheduler = new Scheduler(context);
    return {
      reconciler: {
        name: NAME,
        reconcileBatch: async (keys, run) => {
          const requeueAfterMs = await scheduler.pass(run);
          const results: Results = new Map(keys.map(({ key }) => [key, {}]));
          return requeueAfterMs === undefined ? results : results.set(PENDING, { requeueAfterMs });
        },
      },
      periodic: [{ key: PENDING, everyMs: LOOK_MS }],
    };
  },
};
