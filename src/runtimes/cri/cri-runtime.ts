/**
 * cri/: pods on containerd or CRI-O, over the Kubernetes CRI v1 on a unix socket. Nothing is kept here that the runtime
 * does not know: labels carry (uid, container, attempt), so a worker that comes back finds what runs. One file an
 * ability; host.ts is what they share.
 * May import values, timing, errors, the contract and what runtimes share; never the kubelet, the registry or another
 * runtime.
 */
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { machineOf } from '../machine/machine.ts';
import { PodEvents } from '../pod-events.ts';
import { hostVolumesOf } from '../pod-folders/host-volumes.ts';
import { PodFolders } from '../pod-folders/pod-folders.ts';
import type { Runtime, RuntimePod, VolumeSource } from '../runtime.ts';
import { Underway } from '../underway.ts';
import { connectCri } from './client.ts';
import { criCollecting } from './collecting.ts';
import { startContainer, stopContainer } from './containers.ts';
import type { Seen } from './describe.ts';
import { watchRuntime } from './events.ts';
import { criHandlers } from './handlers.ts';
import type { CriHost } from './host.ts';
import { criImageFolder, criImageStore } from './image-store.ts';
import { CriImages } from './images.ts';
import { criInfo } from './info.ts';
import { NODE, POD_NAME, POD_NAMESPACE } from './labels.ts';
import { lastWords } from './last-words.ts';
import { type CriOptions, readCriOptions } from './options.ts';
import { PodReader } from './pod-reader.ts';
import { criResizing } from './resizing.ts';
import { ensureSandbox, killSandbox, removeSandbox } from './sandboxes.ts';
import { CriStatsReader } from './stats.ts';
import { criStreaming } from './streaming.ts';
import { keepUp } from './upkeep.ts';

interface CriContext {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly volumes: VolumeSource;
  readonly pullsAtATime?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

function createHost(options: CriOptions, { volumes, clock }: CriContext, events: PodEvents): CriHost {
  const client = connectCri(options.socket, options.imageSocket);
  const folders = new PodFolders(options.root, { ...options, mountsMemory: true });
  const starting = new Set<string>();
  const resized = new Map<string, NonNullable<ReturnType<Seen['resources']>>>();
  const seen: Seen = {
    isStarting: (id) => starting.has(id),
    resources: (id) => resized.get(id),
    message: (...words) => lastWords(folders, clock, ...words),
  };
  const tell: CriHost['tell'] = ({ uid, namespace, name, nodeName }) =>
    events.tell({ podUid: uid, namespace, name, nodeName });
  return {
    ...{ client, options, folders, volumes, clock, starting, resized, tell },
    reader: new PodReader(client, seen),
    underway: new Underway(clock),
    tellOf({ uid, sandboxes }) {
      const {
        [POD_NAMESPACE]: namespace = '',
        [POD_NAME]: name = '',
        [NODE]: nodeName = '',
      } = sandboxes.at(-1)?.labels ?? {};
      tell({ uid, namespace, name, nodeName });
    },
  };
}

export function createCriRuntime(context: CriContext): Runtime {
  const { name, clock, logger } = context;
  const events = new PodEvents();
  const host = createHost(readCriOptions(name, context.options), context, events);
  const { client, reader } = host;
  const machine = machineOf({ root: host.options.root, imageFolder: () => criImageFolder(client), clock });
  const tellByUid = (uid: string): void => {
    // A pod that cannot be found now is looked at by its due time.
    reader.parts(uid).then(
      (parts) => parts && host.tellOf(parts),
      () => undefined,
    );
  };
  return {
    name,
    info: async () => criInfo(client, name, await machine.machine()),
    list: (nodeNames) => listPods(host, nodeNames),
    pod: (uid) => reader.pod(uid),
    ensurePod: (spec) => ensureSandbox(host, spec),
    startContainer: (uid, container, attempt) => startContainer(host, uid, container, attempt),
    stopContainer: (uid, container, graceMs) => stopContainer(host, uid, container, graceMs),
    killPod: (uid, graceMs) => killSandbox(host, uid, graceMs),
    removePod: (uid) => removeSandbox(host, uid),
    images: new CriImages(client, clock, tellByUid, context.pullsAtATime),
    events: (signal) => follow(host, events, logger, signal),
    streaming: criStreaming(host),
    stats: new CriStatsReader(client, host.folders, clock),
    handlers: criHandlers(host),
    resizing: criResizing(host),
    collecting: criCollecting(host, logger),
    ...hostVolumesOf(host.folders),
    hostSignals: machine.hostSignals,
    ...(host.options.collectImages ? { imageStore: criImageStore(client) } : {}),
    close: async () => client.close(),
  };
}

async function listPods({ reader }: CriHost, nodeNames: readonly string[] | undefined): Promise<RuntimePod[]> {
  const wanted = nodeNames && new Set(nodeNames);
  const all = [...(await reader.all()).values()];
  const chosen = all.filter(({ sandboxes }) => wanted?.has(sandboxes.at(-1)?.labels[NODE] ?? '') ?? true);
  return Promise.all(chosen.map((parts) => reader.describe(parts)));
}

/** Who listens is the worker of this host: it also keeps things up. */
async function* follow(
  host: CriHost,
  events: PodEvents,
  logger: Logger,
  signal: AbortSignal,
): ReturnType<PodEvents['listen']> {
  const over = new LinkedController(signal);
  const life = over.signal;
  const work = Promise.all([watchRuntime(host, host.clock, logger, life), keepUp(host, logger, life)]);
  try {
    yield* events.listen(signal);
  } finally {
    over.abort();
    await work;
  }
}
