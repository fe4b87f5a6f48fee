/**
 * Deletes jobs `ttlSecondsAfterFinished` after they are over, their pods first.
 * Source: controller/ttlafterfinished/ttlafterfinished_controller.go.
 */
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { deleteWhenDue } from '../delete-when-due.ts';
import { JOBS, type Job } from '../kinds/job.ts';

/** When the job may go, milliseconds since the epoch; undefined: never, as things are. */
function expiryOf(object: KubeObject): number | undefined {
  const { metadata, spec, status } = object as Job;
  const end = status?.conditions?.find(
    ({ type, status: is }) => ['Complete', 'Failed'].includes(type) && is === 'True',
  );
  const ttl = spec?.ttlSecondsAfterFinished;
  const finishedAt = parseTime(end?.lastTransitionTime);
  return ttl === undefined || finishedAt === undefined || metadata.deletionTimestamp !== undefined
    ? undefined
    : finishedAt + ttl * 1_000;
}

export const jobTtlController = deleteWhenDue({
  name: 'controller/job-ttl',
  resource: JOBS,
  expiryOf,
  deletion: { propagationPolicy: 'Foreground' },
});
