/** Reads all that a batch of pod keys needs, answers what needs no work at once, and cleans up after pods that are gone. */
import { decodeObject, type Fence, type StoredObject } from '../registry/registry.ts';
import { runtimeUid } from '../resources/pod/mirror-pod.ts';
import type { Runtime, RuntimePod } from '../runtimes/runtime.ts';
import { admitPods } from './admit-pods.ts';
import { cleanUpPod } from './clean-up-pods.ts';
import { configReader } from './config-reader.ts';
import type { KubeletContext } from './context.ts';
import { breathing } from './faults/breathing.ts';
import { type Faults, NO_FAULTS, type NodeFaults } from './faults/faults.ts';
import { type Node, runtimeOf } from './node.ts';
import { internalIP } from './node-addresses.ts';
import { type NodeSettings, nodeSettings } from './node-settings.ts';
import { isTerminal, type Pod } from './pod.ts';
import { podEvents } from './pod-events.ts';
import type { PodKey } from './pod-key.ts';
import { parseNote } from './pod-note.ts';
import type { PodWork } from './pod-work.ts';
import { type Results, settle } from './reconcile-results.ts';
import { allocatedPod } from './resize/allocation.ts';
import { judgeResizes, type ResizeVerdict } from './resize/judge-resizes.ts';

/** How long a pod waits whose node is gone, plays dead or has no runtime here; jitter is added. */
const NODE_AWAY_MS = 10_000;

/** Until it is looked whether those that a critical pod has go are gone. */
const ROOM_MS = 1_000;

interface Found {
  readonly key: PodKey;
  readonly stored: StoredObject;
  /** As the API has it. */
  readonly desired: Pod;
  /** As the runtime knows it. */
  readonly pod: Pod;
  readonly node: Node;
  readonly settings: NodeSettings;
  readonly runtime: Runtime;
  readonly faults: Faults;
}
interface Looked extends Found {
  readonly runtimePod: RuntimePod | undefined;
  readonly late?: NonNullable<PodWork['late']>;
}

export async function gatherPods(
  context: KubeletContext,
  keys: readonly PodKey[],
  fence: Fence,
  results: Results,
): Promise<PodWork[]> {
  const tenure = `${fence.shard}/${fence.holder}/${fence.epoch}`;
  const found = await findPods(context, keys, fence, results);
  const looked = await Promise.all(found.map((one) => lookAtPod(context, one, fence, results)));
  const existing = looked.filter((one) => one !== undefined);
  const { rejections, waiting } = await admitPods(context, existing.filter(isNew), tenure, fence);
  const resizes = await judgeResizes(context, existing, tenure);
  const readConfig = configReader(context.registry);
  const isWaiting = ({ pod }: Found): boolean => waiting.has(pod.metadata.uid);
  for (const { key } of existing.filter(isWaiting)) {
    results.set(key.key, { requeueAfterMs: ROOM_MS });
  }
  const taken = existing.filter((one) => !isWaiting(one));
  return taken.map(({ key, stored, desired, pod, node, settings, faults, runtime, runtimePod, late }) => ({
    ...{ key: key.key, stored, desired, node, settings, faults, runtime, runtimePod },
    ...(late === undefined ? {} : { late }),
    ...givenTo(pod, resizes.get(pod.metadata.uid)),
    ...{ fence, note: parseNote(key.note) },
    hostIP: internalIP(node),
    rejection: rejections.get(pod.metadata.uid),
    emit: podEvents(context.recorder, pod, settings.eventRate),
    readConfig: (id, name) => readConfig(id, pod.metadata.namespace, name),
    readClaim: (name) => readConfig('persistentvolumeclaims', pod.metadata.namespace, name),
    readPersistentVolume: (name) => readConfig('persistentvolumes', '', name),
    readRuntimeClass: (name) => readConfig('runtimeclasses.node.k8s.io', '', name),
  }));
}

/** What is accepted is given with this pass. */
const givenTo = (pod: Pod, resize: ResizeVerdict | undefined): Pick<PodWork, 'pod' | 'resize'> => ({
  pod: resize?.accepted === true ? pod : allocatedPod(pod),
  resize,
});

/** Once the runtime has it, or its status says so, a pod was admitted. */
const isNew = ({ pod, runtimePod }: Looked): boolean =>
  runtimePod === undefined &&
  pod.status?.startTime === undefined &&
  pod.metadata.deletionTimestamp === undefined &&
  !isTerminal(pod.status);

/** undefined: it has its answer, an error or that its runtime takes its time. */
async function lookAtPod(
  { podTurns }: KubeletContext,
  found: Found,
  fence: Fence,
  results: Results,
): Promise<Looked | undefined> {
  const { key, note } = found.key;
  let looked: Looked | undefined;
  await settle(results, [key], async () => {
    const late = podTurns.take(key, fence);
    if (late !== undefined && 'step' in late) {
      looked = { ...found, runtimePod: late.step.work.runtimePod, late };
      return;
    }
    if (late !== undefined && 'looked' in late) {
      looked = { ...found, runtimePod: late.looked, late: {} };
      return;
    }
    const ask = (): Promise<RuntimePod | undefined> => found.runtime.pod(found.pod.metadata.uid);
    const seen = await podTurns.wait(key, fence, ask, (runtimePod) => ({ looked: runtimePod }));
    if (seen === undefined) {
      results.set(key, podTurns.waiting(note));
    } else {
      looked = { ...found, runtimePod: seen.value };
    }
  });
  return looked;
}

async function findPods(
  context: KubeletContext,
  keys: readonly PodKey[],
  fence: Fence,
  results: Results,
): Promise<Found[]> {
  const stored = await context.registry.getMany('pods', keys);
  const byUid = new Map(stored.map((object) => [object.uid, object]));
  const pods = keys.map((key) => ({ key, stored: byUid.get(key.uid) }));
  const gone = pods.filter((entry) => entry.stored === undefined).map(({ key }) => key);
  const namesakes = new Map(stored.map((object) => [`${object.namespace}/${object.name}`, object]));
  const follow = async (key: PodKey): Promise<void> =>
    lookAtMirror(context, key, namesakes.get(`${key.namespace}/${key.name}`), { fence, results });
  await Promise.all(gone.map(follow));
  const bound = pods.flatMap(({ key, stored: object }) => {
    const desired = object === undefined ? undefined : decodeObject<Pod>(object);
    return object === undefined || desired?.spec.nodeName === undefined
      ? []
      : [{ key, stored: object, desired, pod: asRuntimePod(desired) }];
  });
  const nodes = await readNodes(context, new Set(bound.map(({ pod }) => pod.spec.nodeName ?? '')));
  const { clock, random, faults } = context;
  const pause = breathing(faults.size);
  const found: Found[] = [];
  for (const entry of bound) {
    await pause();
    const { node, settings, nodeFaults } = nodes.get(entry.pod.spec.nodeName ?? '') ?? {};
    if (node !== undefined && runtimeOf(node) === undefined) {
      continue;
    }
    const runtime = node === undefined ? undefined : context.runtimes.get(runtimeOf(node) ?? '');
    if (node === undefined || settings === undefined || runtime === undefined || nodeFaults?.dead !== undefined) {
      const away = Math.round(NODE_AWAY_MS * (1 + random.next()));
      const changesInMs = Math.max(1, Math.ceil((nodeFaults?.changesAt ?? Number.POSITIVE_INFINITY) - clock.now()));
      results.set(entry.key.key, { requeueAfterMs: Math.min(away, changesInMs) });
      continue;
    }
    const own = isTerminal(entry.pod.status) ? NO_FAULTS : faults.ofPod(entry.pod, node);
    found.push({ ...entry, node, settings, runtime, faults: own });
  }
  return found;
}

/** With the uid by which its runtime knows it; of all but mirrors its own. */
function asRuntimePod(pod: Pod): Pod {
  const uid = runtimeUid(pod);
  return uid === pod.metadata.uid ? pod : { ...pod, metadata: { ...pod.metadata, uid } };
}

/** The runtime calls a static pod by its own uid: its mirror is looked at instead, if there is one. */
async function lookAtMirror(
  context: KubeletContext,
  key: PodKey,
  namesake: StoredObject | undefined,
  { fence, results }: { readonly fence: Fence; readonly results: Results },
): Promise<void> {
  const mirror = namesake && decodeObject<Pod>(namesake);
  if (mirror === undefined || runtimeUid(mirror) !== key.uid) {
    return cleanUpPod(context, key, fence, results);
  }
  results.set(key.key, {});
  context.wake({ pod: mirror, node: { metadata: { name: mirror.spec.nodeName ?? '' } } });
}

interface NodeSeen extends Pick<Found, 'node' | 'settings'> {
  readonly nodeFaults: NodeFaults;
}

async function readNodes(
  { registry, config, faults }: KubeletContext,
  names: ReadonlySet<string>,
): Promise<Map<string, NodeSeen>> {
  const keys = [...names].map((name) => ({ namespace: '', name }));
  const stored = keys.length === 0 ? [] : await registry.getMany('nodes', keys);
  const pause = breathing(faults.size);
  const seen = new Map<string, NodeSeen>();
  for (const object of stored) {
    await pause();
    const node = decodeObject<Node>(object);
    seen.set(object.name, { node, settings: nodeSettings(node, config), nodeFaults: faults.ofNode(node) });
  }
  return seen;
}
