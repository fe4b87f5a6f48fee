/** Ends of simulated containers by order: their record says when and how. */
import type { Clock } from '../../timing/clock.ts';
import type { Breaking, ContainerEnd } from '../runtime.ts';
import { runningAttempt } from './containers.ts';
import { type PodRecord, podAt } from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';

function broken(record: PodRecord, container: string, attempt: number, end: ContainerEnd, now: number): PodRecord {
  const running = runningAttempt(record, container, now);
  if (running?.attempt !== attempt) {
    return record;
  }
  const { exitCode, reason } = end;
  const ended = { ...running, endsAt: now, exitCode, ...(reason === 'OOMKilled' ? { reason } : {}) };
  return { ...record, containers: record.containers.map((one) => (one === running ? ended : one)) };
}

export const simulatedBreaking = (records: PodRecords, clock: Clock): Breaking => ({
  breakContainer: (uid, container, attempt, end) =>
    records.update(uid, (before) => {
      const now = clock.now();
      const record = before === undefined ? undefined : broken(before, container, attempt, end, now);
      return { record, answer: record === undefined ? undefined : podAt(uid, record, now) };
    }),
});
