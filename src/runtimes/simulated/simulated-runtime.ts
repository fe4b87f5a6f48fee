/**
 * A runtime that only pretends: pods are rows, time alone moves them on. Seeded (a run repeats), durable (state is in
 * the injected store, so a restart or another worker goes on where this one stopped) and bound to no host.
 * Never keeps a timer per pod: every state says when it changes next, and the kubelet's due times do the waiting.
 */

import type { Clock } from '../../timing/clock.ts';
import { ALL_CAPABILITIES } from '../all-capabilities.ts';
import { PodEvents } from '../pod-events.ts';
import { NO_PROFILES, type ProfileSource } from '../profile-source.ts';
import type { PodSandboxSpec, Runtime, RuntimeInfo, RuntimePod, VolumeSource } from '../runtime.ts';
import type { RuntimeStateStore } from '../state-store.ts';
import { chooseAddress } from './addresses.ts';
import { simulatedBreaking } from './breaking.ts';
import { Containers } from './containers.ts';
import { type Fate, startContainer, stop } from './fate.ts';
import { simulatedHandlers } from './handlers.ts';
import { NodeImages } from './node-images.ts';
import { NodeViews } from './node-view.ts';
import { type PodRecord, podAt } from './pod-record.ts';
import { PodRecords } from './pod-records.ts';
import { simulatedResizing } from './resizing.ts';
import { readSettings } from './settings.ts';
import { simulatedStaging } from './staging.ts';
import { simulatedStats } from './stats.ts';
import { simulatedStreaming } from './streaming.ts';

interface SimulatedOptions {
  readonly name: string;
  readonly states: RuntimeStateStore;
  readonly volumes: VolumeSource;
  readonly profiles?: ProfileSource;
  readonly seed: number;
  readonly clock: Clock;
}

const INFO: Omit<RuntimeInfo, 'name'> = {
  version: '0.1.0',
  ready: true,
  supplementalGroupsPolicy: true,
  capabilities: ALL_CAPABILITIES,
};

export function createSimulatedRuntime({
  name,
  states,
  volumes,
  profiles = NO_PROFILES,
  seed,
  clock,
}: SimulatedOptions): Runtime {
  const records = new PodRecords(name, states);
  const views = new NodeViews(records);
  const images = new NodeImages({ records, views, profiles, seed, clock });
  const events = new PodEvents();
  const fate: Fate = { records, profiles, seed, clock };
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
    startContainer: (uid, container, attempt) => startContainer(fate, uid, container, attempt),
    stopContainer: (uid, container, graceMs) => stop(fate, uid, graceMs, { only: container, sandbox: false }),
    killPod: (uid, graceMs) => stop(fate, uid, graceMs, { sandbox: true }),
    removePod: async (uid) => {
      const gone = await records.update(uid, (record) => ({ record: undefined, answer: record }));
      if (gone !== undefined) {
        (await views.get(gone.node)).addresses.delete(gone.ip);
      }
    },
    images,
    // All other transitions have a known due time (`changesAt`).
    events: (signal) => events.listen(signal),
    streaming: simulatedStreaming({ records, containers, profiles, clock }),
    stats: simulatedStats(seed, profiles),
    handlers: simulatedHandlers({ records, containers, seed, clock }),
    resizing: simulatedResizing(records, clock),
    breaking: simulatedBreaking(records, clock),
    staging: simulatedStaging(seed, profiles),
    // Of its disk is known what the node is told.
    imageStore: { perNode: true, disk: async () => undefined, used: async () => [] },
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

function groupsOf({ supplementalGroups = [], fsGroup }: PodSandboxSpec): Pick<PodRecord, 'groups'> {
  const groups = [...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups];
  return groups.length === 0 ? {} : { groups };
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
  ...(Object.keys(spec.labels).length === 0 ? {} : { labels: spec.labels }),
  settings,
  ...groupsOf(spec),
  ...(spec.restartPolicy === 'Always' ? {} : { isBatch: true }),
  containers: [],
});
