/**
 * Deletes jobs `ttlSecondsAfterFinished` after they are over, their pods first. The timer is a due row, so it survives
 * every crash. Source: controller/ttlafterfinished/ttlafterfinished_controller.go.
 */
import { eachKey } from '../../queue/each-key.ts';
import type { Trigger } from '../../registry/registry.ts';
import { decodeObject } from '../../registry/registry.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import type { ControllerDefinition } from '../controller.ts';
import { JOBS, type Job } from '../kinds/job.ts';
import { namespacedKey, parseKey } from '../namespaced-key.ts';
import { removeObject } from '../remove-object.ts';

const NAME = 'controller/job-ttl';

/** When the job may go, milliseconds since the epoch; undefined: never, as things are. */
export function expiryOf(object: KubeObject | undefined): number | undefined {
  const { metadata, spec, status } = (object ?? { metadata: {} }) as Job;
  const end = status?.conditions?.find(
    ({ type, status: is }) => ['Complete', 'Failed'].includes(type) && is === 'True',
  );
  const ttl = spec?.ttlSecondsAfterFinished;
  const finishedAt = parseTime(end?.lastTransitionTime);
  return ttl === undefined || finishedAt === undefined || metadata.deletionTimestamp !== undefined
    ? undefined
    : finishedAt + ttl * 1_000;
}

const jobTrigger: Trigger = {
  resource: JOBS,
  dueOn: ({ before, after }) => {
    const expiry = expiryOf(after);
    return after !== undefined && expiry !== undefined && expiry !== expiryOf(before)
      ? [{ shard: NAME, key: namespacedKey(after) }]
      : [];
  },
};

export const jobTtlController: ControllerDefinition = {
  name: NAME,
  triggers: [jobTrigger],
  create: ({ registry, clock }) => ({
    reconciler: eachKey({
      name: NAME,
      reconcile: async (key, { lease }) => {
        const { namespace, name } = parseKey(key);
        const stored = await registry.find(JOBS, namespace, name);
        const expiry = stored === undefined ? undefined : expiryOf(decodeObject(stored));
        if (stored === undefined || expiry === undefined) {
          return {};
        }
        const left = expiry - clock.now();
        if (left > 0) {
          return { requeueAfterMs: left };
        }
        await removeObject(registry, JOBS, stored, lease, { propagationPolicy: 'Foreground' });
        return {};
      },
    }),
  }),
};
