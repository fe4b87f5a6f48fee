/**
 * docker/: pods on a Docker Engine. A pause container holds a pod's network and IPC; labels carry (uid, container,
 * attempt), so a worker that comes back finds what runs. One file an ability; host.ts is what they share.
 * May import values, timing, errors, the contract and what runtimes share; never the kubelet, the registry or another
 * runtime.
 */
import Docker from 'dockerode';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { ALL_CAPABILITIES } from '../all-capabilities.ts';
import { machineOf } from '../machine/machine.ts';
import { PodEvents } from '../pod-events.ts';
import { hostVolumesOf } from '../pod-folders/host-volumes.ts';
import { keepVolumes } from '../pod-folders/keep-volumes.ts';
import { PodFolders } from '../pod-folders/pod-folders.ts';
import {
  type Machine,
  type Runtime,
  RuntimeError,
  type RuntimeInfo,
  type RuntimePod,
  type VolumeSource,
} from '../runtime.ts';
import { Underway } from '../underway.ts';
import { callWith } from './call.ts';
import { dockerCollecting } from './collecting.ts';
import { dockerResizing, startContainer, stopContainer } from './containers.ts';
import { watchEngine } from './events.ts';
import { dockerHandlers } from './handlers.ts';
import type { DockerHost } from './host.ts';
import { dockerFolder, dockerImageStore } from './image-store.ts';
import { DockerImages } from './images.ts';
import { NODE } from './labels.ts';
import { readDockerOptions } from './options.ts';
import { PodReader } from './pod-reader.ts';
import { isPodman } from './podman.ts';
import { ensurePod, killPod, removePod } from './pods.ts';
import { DockerStats } from './stats.ts';
import { dockerStreaming } from './streaming.ts';

interface DockerContext {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly volumes: VolumeSource;
  readonly pullsAtATime?: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createDockerRuntime(context: DockerContext): Runtime {
  const { name, clock, logger, volumes } = context;
  const options = readDockerOptions(name, context.options);
  const docker = new Docker({ socketPath: options.socket });
  const call = callWith(clock);
  const folders = new PodFolders(options.root, { ...options, mountsMemory: true });
  const reader = new PodReader(docker, call, (uid, container, attempt) => folders.readMessage(uid, container, attempt));
  const events = new PodEvents();
  const tell: DockerHost['tell'] = ({ uid, namespace, name: pod, nodeName }) =>
    events.tell({ podUid: uid, namespace, name: pod, nodeName });
  const host: DockerHost = {
    docker,
    call,
    reader,
    options,
    folders,
    volumes,
    clock,
    tell,
    underway: new Underway(clock),
    engine: { version: undefined },
  };
  const machine = machineOf({ root: options.root, imageFolder: () => dockerFolder(docker, call), clock });
  const tellByUid = (uid: string): void => {
    // A pod that cannot be found now is looked at by its due time.
    reader.pod(uid).then(
      (pod) => pod && tell(pod),
      () => undefined,
    );
  };
  return {
    name,
    info: async () => engineInfo(host, name, await machine.machine()),
    list: (nodeNames) => listPods(reader, nodeNames),
    pod: (uid) => reader.pod(uid),
    ensurePod: (spec) => ensurePod(host, spec),
    startContainer: (uid, container, attempt) => startContainer(host, uid, container, attempt),
    stopContainer: (uid, container, graceMs) => stopContainer(host, uid, container, graceMs),
    killPod: (uid, graceMs) => killPod(host, uid, graceMs),
    removePod: (uid) => removePod(host, uid),
    images: new DockerImages(docker, call, clock, tellByUid, context.pullsAtATime),
    events: (signal) => follow(host, events, logger, signal),
    streaming: dockerStreaming(host),
    stats: new DockerStats(host, clock),
    handlers: dockerHandlers(host),
    resizing: dockerResizing(host),
    collecting: dockerCollecting(host, logger),
    ...hostVolumesOf(folders),
    hostSignals: machine.hostSignals,
    ...(host.options.collectImages ? { imageStore: dockerImageStore(docker, call, options.pauseImage) } : {}),
    close: async () => undefined,
  };
}

/** What a Podman takes a second to say of itself, and a question has ten. */
const VERSION_MS = 7_000;

async function engineInfo({ docker, call, engine }: DockerHost, name: string, machine: Machine): Promise<RuntimeInfo> {
  const base = { name, version: '', volatile: true, machine, capabilities: ALL_CAPABILITIES };
  try {
    await call(docker.ping(), 'Unavailable', 2_000);
    engine.version ??= await call(docker.version(), 'Unavailable', VERSION_MS);
    return {
      ...base,
      name: isPodman(engine.version) ? 'podman' : 'docker',
      version: engine.version.Version,
      ready: true,
    };
  } catch (error) {
    if (!(error instanceof RuntimeError)) {
      throw error;
    }
    // Another one may come back in its place.
    engine.version = undefined;
    const message = `container runtime is down: ${error.message}`;
    return { ...base, ready: false, reason: 'KubeletNotReady', message };
  }
}

async function listPods(reader: PodReader, nodeNames: readonly string[] | undefined): Promise<RuntimePod[]> {
  const wanted = nodeNames && new Set(nodeNames);
  const all = [...(await reader.all()).values()];
  const nodeOf = ({ pauses, containers }: (typeof all)[number]): string =>
    (pauses.at(-1) ?? containers.at(-1))?.Labels[NODE] ?? '';
  return Promise.all(all.filter((parts) => wanted?.has(nodeOf(parts)) ?? true).map((parts) => reader.describe(parts)));
}

/** Who listens is the worker of this host: it also keeps volumes up. */
async function* follow(
  host: DockerHost,
  events: PodEvents,
  logger: Logger,
  signal: AbortSignal,
): ReturnType<PodEvents['listen']> {
  const over = new LinkedController(signal);
  const life = over.signal;
  const pods = (): Promise<RuntimePod[]> => listPods(host.reader, undefined);
  const work = Promise.all([watchEngine(host, logger, life), keepVolumes({ ...host, pods, logger }, life)]);
  try {
    yield* events.listen(signal);
  } finally {
    over.abort();
    await work;
  }
}
