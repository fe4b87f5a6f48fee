/**
 * A runtime that only pretends: pods are rows, time alone moves them on. Seeded (a run repeats), durable (state is in
 * the injected store, so a restart or another worker goes on where this one stopped) and bound to no host.
 * Never keeps a timer per pod: every state says when it changes next, and the kubelet's due times do the waiting.
 */

import type { Clock } from '../../timing/clock.ts';
import { PodEvents } from '../pod-events.ts';
import type { ContainerSpec, PodSandboxSpec, Runtime, RuntimeInfo, RuntimePod, VolumeSource } from '../runtime.ts';
import { RuntimeError } from '../runtime.ts';
import type { RuntimeStateStore } from '../state-store.ts';
import { chooseAddress } from './addresses.ts';
import { Containers } from './containers.ts';
import { simulatedHandlers } from './handlers.ts';
import { drawLife, drawStopMs } from './life.ts';
import { NodeImages } from './node-images.ts';
import { NodeViews } from './node-view.ts';
import {
  type ContainerRecord,
  latestAttempt,
  type PodRecord,
  podAt,
  programOf,
  resourcesOf,
  withAttempt,
  withStop,
} from './pod-record.ts';
import { PodRecords } from './pod-records.ts';
import { simulatedResizing } from './resizing.ts';
import { lifeSettingsOf, readSettings, settingsOf } from './settings.ts';
import { simulatedStats } from './stats.ts';
import { simulatedStreaming } from './streaming.ts';

interface SimulatedOptions {
  readonly name: string;
  readonly states: RuntimeStateStore;
  readonly volumes: VolumeSource;
  readonly seed: number;
  readonly clock: Clock;
}

const INFO: Omit<RuntimeInfo, 'name'> = {
  version: '0.1.0',
  ready: true,
  capabilities: { logs: true, exec: true, attach: true, portForward: true, stats: true, handlers: true, resize: true },
};

export function createSimulatedRuntime({ name, states, volumes, seed, clock }: SimulatedOptions): Runtime {
  const records = new PodRecords(name, states);
  const views = new NodeViews(records);
  const images = new NodeImages({ records, views, seed, clock });
  const events = new PodEvents();
  const containers = new Containers({
    read: (uid) => records.read(uid),
    ...{ volumes, clock },
    made: (podUid, { namespace, name: pod, node }) => events.tell({ podUid, namespace, name: pod, nodeName: node }),
  });
  return {
    name,
    info: async () => ({ name, ...INFO }),
    list: async (nodeNames) =>
      [...(await records.ofNodes(nodeNames))].map(([uid, record]) => podAt(uid, record, clock.now())),
    pod: async (uid) => describe(uid, await records.read(uid), clock),
    ensurePod: (spec) => ensurePod(records, views, spec, clock),
    startContainer: (uid, container, attempt) => startContainer(records, { seed, clock }, uid, container, attempt),
    stopContainer: (uid, container, graceMs) =>
      stop(records, { seed, clock }, uid, graceMs, { only: container, sandbox: false }),
    killPod: (uid, graceMs) => stop(records, { seed, clock }, uid, graceMs, { sandbox: true }),
    removePod: async (uid) => {
      const gone = await records.update(uid, (record) => ({ record: undefined, answer: record }));
      if (gone !== undefined) {
        (await views.get(gone.node)).addresses.delete(gone.ip);
      }
    },
    images,
    // All other transitions have a known due time (`changesAt`).
    events: (signal) => events.listen(signal),
    streaming: simulatedStreaming(records, containers, clock),
    stats: simulatedStats(seed),
    handlers: simulatedHandlers({ records, containers, seed, clock }),
    resizing: simulatedResizing(records, clock),
    close: async () => undefined,
  };
}

const describe = (uid: string, record: PodRecord | undefined, clock: Clock): RuntimePod | undefined =>
  record === undefined ? undefined : podAt(uid, record, clock.now());

async function ensurePod(
  records: PodRecords,
  views: NodeViews,
  spec: PodSandboxSpec,
  clock: Clock,
): Promise<RuntimePod> {
  const settings = readSettings(spec.annotations, spec.nodeAnnotations);
  const view = await views.get(spec.nodeName);
  return records.update(spec.uid, (before) => {
    const record =
      before === undefined
        ? newRecord(spec, settings, (address) => view.addresses.has(address))
        : revived(before, clock.now());
    if (record.ip !== '') {
      view.addresses.set(record.ip, spec.uid);
    }
    return { record, answer: podAt(spec.uid, record, clock.now()) };
  });
}

/** A sandbox that is down is made anew; what its containers were stays known. */
function revived(record: PodRecord, now: number): PodRecord {
  if (record.stopsAt === undefined || now < record.stopsAt) {
    return record;
  }
  const { stopsAt: _, ...rest } = record;
  return rest;
}

const newRecord = (
  spec: PodSandboxSpec,
  settings: PodRecord['settings'],
  taken: (address: string) => boolean,
): PodRecord => ({
  namespace: spec.namespace,
  name: spec.name,
  node: spec.nodeName,
  ip: spec.hostNetwork ? '' : chooseAddress(spec.uid, spec.podCIDR, taken),
  settings,
  ...(spec.restartPolicy === 'Always' ? {} : { isBatch: true }),
  containers: [],
});

/** Most servers mind TERM and end with 0; other programs die of it, and a job is not done when its pod is deleted. */
const termExitCode = ({ isBatch }: PodRecord): number => (isBatch === true ? 128 + 15 : 0);

interface Fate {
  readonly seed: number;
  readonly clock: Clock;
}

const startContainer = (
  records: PodRecords,
  { seed, clock }: Fate,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<RuntimePod> =>
  records.update(uid, (record) => {
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
    const life = drawLife(seed, uid, container, attempt, lifeSettingsOf(record.settings, container));
    const startsAt = now + life.startMs;
    const program = programOf(container);
    const started = withAttempt(record, {
      name: container.name,
      attempt,
      image: container.image,
      startsAt,
      ...(life.runMs === undefined ? {} : { endsAt: startsAt + life.runMs }),
      exitCode: life.exitCode,
      ...(program === undefined ? {} : { program }),
      resources: resourcesOf(container),
    });
    return { record: started, answer: podAt(uid, started, now) };
  });

const stop = (
  records: PodRecords,
  { seed, clock }: Fate,
  uid: string,
  graceMs: number,
  what: { only?: string; sandbox: boolean },
): Promise<RuntimePod | undefined> =>
  records.update<RuntimePod | undefined>(uid, (record) => {
    if (record === undefined) {
      return { record, answer: undefined };
    }
    const now = clock.now();
    const end = (container: ContainerRecord): ContainerRecord => {
      const settings = settingsOf(record.settings, container.name);
      const stopMs = drawStopMs(seed, uid, container.name, container.attempt, settings);
      const exitCode = settings.stopExitCode ?? termExitCode(record);
      return what.only === undefined || what.only === container.name
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
