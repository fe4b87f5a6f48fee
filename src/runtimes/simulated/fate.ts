/**
 * How a simulated container's attempt begins and ends: what the pod's annotation says, under it what SimulationProfiles
 * say at that moment, under them what is usual.
 */
import type { SimulationProfile } from '../../resources/fleet/simulation-profile/types.ts';
import type { Clock } from '../../timing/clock.ts';
import type { ProfileSource } from '../profile-source.ts';
import { type ContainerSpec, RuntimeError, type RuntimePod } from '../runtime.ts';
import { drawLife, drawStopMs, usualLife } from './life.ts';
import {
  type ContainerRecord,
  latestAttempt,
  type PodRecord,
  podAt,
  programOf,
  resourcesOf,
  userOf,
  withAttempt,
  withStop,
} from './pod-record.ts';
import type { PodRecords } from './pod-records.ts';
import { targetOf } from './profiles/match.ts';
import { profiledLife, profiledStop } from './profiles/profiled-settings.ts';
import { lifeSettingsOf, settingsOf } from './settings.ts';

export interface Fate {
  readonly records: PodRecords;
  readonly profiles: ProfileSource;
  readonly seed: number;
  readonly clock: Clock;
}

/** The job controller sets it. */
const isOfJob = ({ labels = {} }: PodRecord): boolean => labels['batch.kubernetes.io/job-name'] !== undefined;

const NONE: readonly SimulationProfile[] = [];

/** Without profiles nothing has to be read. */
async function profilesOf({ records, profiles }: Fate, uid: string): Promise<readonly SimulationProfile[]> {
  const record = profiles.isEmpty ? undefined : await records.read(uid);
  return record === undefined ? NONE : profiles.onNode(record.node);
}

export async function startContainer(
  fate: Fate,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<RuntimePod> {
  const { records, seed, clock } = fate;
  const profiles = await profilesOf(fate, uid);
  return records.update(uid, (record) => {
    const now = clock.now();
    if (record === undefined) {
      throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
    }
    if ((latestAttempt(record, container.name)?.attempt ?? -1) >= attempt) {
      return { record, answer: podAt(uid, record, now) };
    }
    if (record.stopsAt !== undefined) {
      throw new RuntimeError('RunContainer', `sandbox of pod ${uid} is stopped`);
    }
    const target = targetOf(record, container);
    const settings = {
      ...profiledLife(profiles, { target, uid, attempt, seed }, container.kind),
      ...lifeSettingsOf(record.settings, container),
    };
    const usual = usualLife({ container, isBatch: record.isBatch === true, isJob: isOfJob(record) });
    const { startMs, runMs, readyMs, exitCode } = drawLife(seed, uid, container.name, attempt, settings, usual);
    const startsAt = now + startMs;
    const program = programOf(container);
    const user = userOf(container, record);
    const started = withAttempt(record, {
      name: container.name,
      attempt,
      image: container.image,
      startsAt,
      startMs,
      ...(runMs === undefined ? {} : { endsAt: startsAt + runMs }),
      ...(readyMs > 0 ? { readyAt: startsAt + readyMs } : {}),
      exitCode,
      ...(program === undefined ? {} : { program }),
      resources: resourcesOf(container),
      ...(user === undefined ? {} : { user }),
    });
    return { record: started, answer: podAt(uid, started, now) };
  });
}

/** Most servers mind TERM and end with 0; other programs die of it, and a job is not done when its pod is deleted. */
const termExitCode = ({ isBatch }: PodRecord): number => (isBatch === true ? 128 + 15 : 0);

export async function stop(
  fate: Fate,
  uid: string,
  graceMs: number,
  what: { only?: string; sandbox: boolean },
): Promise<RuntimePod | undefined> {
  const { records, seed, clock } = fate;
  const profiles = await profilesOf(fate, uid);
  return records.update<RuntimePod | undefined>(uid, (record) => {
    if (record === undefined) {
      return { record, answer: undefined };
    }
    const now = clock.now();
    const end = (container: ContainerRecord): ContainerRecord => {
      const { name, attempt } = container;
      const target = targetOf(record, container);
      const settings = {
        ...profiledStop(profiles, { target, uid, attempt, seed }),
        ...settingsOf(record.settings, name),
      };
      const stopMs = drawStopMs(seed, uid, name, attempt, settings);
      const exitCode = settings.stopExitCode ?? termExitCode(record);
      return what.only === undefined || what.only === name
        ? withStop(container, { now, stopMs, graceMs, exitCode })
        : container;
    };
    const containers = record.containers.map(end);
    const stopsAt = Math.max(now, ...containers.map(({ endsAt }) => endsAt ?? now));
    const down = what.sandbox && (record.stopsAt === undefined || stopsAt < record.stopsAt) ? { stopsAt } : undefined;
    const same = down === undefined && containers.every((container, i) => container === record.containers[i]);
    const after = same ? record : { ...record, containers, ...down };
    return { record: after, answer: podAt(uid, after, now) };
  });
}
