/** Other resources for a simulated container: its record says what it has, and nothing else changes. */
import type { Clock } from '../../timing/clock.ts';
import { type ContainerResources, type Resizing, RuntimeError } from '../runtime.ts';
import { runningAttempt } from './containers.ts';
import { type PodRecord, podAt, resourcesOf } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { settingsOf } from './settings.ts';

function resized(record: PodRecord, container: string, resources: ContainerResources, now: number): PodRecord {
  const attempt = runningAttempt(record, container, now);
  if (attempt === undefined) {
    throw new RuntimeError('ResizeContainer', `container "${container}" is not running`);
  }
  const { resizeError } = settingsOf(record.settings, container);
  if (resizeError !== undefined) {
    throw new RuntimeError('ResizeContainer', resizeError);
  }
  if (JSON.stringify(attempt.resources) === JSON.stringify(resources)) {
    return record;
  }
  const containers = record.containers.map((one) => (one === attempt ? { ...one, resources } : one));
  return { ...record, containers };
}

export const simulatedResizing = (records: PodRecords, clock: Clock): Resizing => ({
  resize: (uid, container, resources) =>
    records.update(uid, (before) => {
      const now = clock.now();
      const record = before === undefined ? undefined : resized(before, container, resourcesOf(resources), now);
      return { record, answer: record === undefined ? undefined : podAt(uid, record, now) };
    }),
});
