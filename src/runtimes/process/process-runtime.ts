/**
 * process/: containers are processes of the host. Each has a keeper (`shim.mjs`) that outlives the worker; all that is
 * known is on disk below the operator's root, so a worker that comes back finds what runs. It runs code on the host: only
 * what the operator's rules allow (`policy.ts`), and only where they enabled it. One file an ability.
 * May import values, timing, errors, the contract and what runtimes share; never the kubelet, the registry or another
 * runtime.
 */
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { LinkedController } from '../../timing/linked-controller.ts';
import { machineOf } from '../machine/machine.ts';
import { PodEvents } from '../pod-events.ts';
import { hostPathsOf } from '../pod-folders/host-paths.ts';
import { keepVolumes } from '../pod-folders/keep-volumes.ts';
import { PodFolders } from '../pod-folders/pod-folders.ts';
import { volumeSizesOf } from '../pod-folders/volume-sizes.ts';
import type { Machine, Runtime, RuntimeInfo, RuntimePod, VolumeSource } from '../runtime.ts';
import { findCgroups } from './cgroups.ts';
import { processCollecting } from './collecting.ts';
import { processResizing, startContainer, stopContainer } from './containers.ts';
import { processHandlers } from './handlers.ts';
import type { ProcessHost } from './host.ts';
import { processImages } from './images.ts';
import { missKeeper } from './keeper.ts';
import { checkNetworks } from './network.ts';
import { readProcessOptions } from './options.ts';
import { ensurePod, killPod, removePod } from './pods.ts';
import { Records } from './records.ts';
import { ProcessStats } from './stats.ts';
import { processStreaming } from './streaming.ts';

interface ProcessContext {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly volumes: VolumeSource;
  readonly clock: Clock;
  readonly logger: Logger;
}

export async function createProcessRuntime(context: ProcessContext): Promise<Runtime> {
  const { name, clock, logger, volumes } = context;
  const options = readProcessOptions(name, context.options);
  if (options.isolation === 'network') {
    await checkNetworks(name);
  }
  await mkdir(options.root, { recursive: true, mode: 0o711 });
  // Programs of other users reach their own pod's folder by its uid, and cannot list those of others.
  await mkdir(join(options.root, 'pods'), { recursive: true, mode: 0o711 });
  const folders = new PodFolders(options.root, options);
  const records = new Records(folders);
  const events = new PodEvents();
  const life = new AbortController();
  const tell: ProcessHost['tell'] = ({ uid, namespace, name: pod, nodeName }) =>
    events.tell({ podUid: uid, namespace, name: pod, nodeName });
  const host: ProcessHost = {
    ...{ options, folders, records, volumes, clock, tell },
    ...{ cgroups: await findCgroups(), own: userInfo().uid },
    follow: (pod, run) => void missKeeper(run, life.signal, () => tell(pod)),
  };
  const machine = machineOf({ root: options.root, isConfined: true, clock });
  const list = (nodeNames?: readonly string[]): Promise<RuntimePod[]> => listPods(host, nodeNames);
  return {
    name,
    info: async () => infoOf(host, await machine.machine()),
    list,
    pod: (uid) => records.describe(uid, clock.now()),
    ensurePod: (spec) => ensurePod(host, spec),
    startContainer: (uid, container, attempt) => startContainer(host, uid, container, attempt),
    stopContainer: (uid, container, graceMs) => stopContainer(host, uid, container, graceMs),
    killPod: (uid, graceMs) => killPod(host, uid, graceMs),
    removePod: (uid) => removePod(host, uid),
    images: processImages(options),
    async *events(signal) {
      await followAll(host);
      const over = new LinkedController(signal);
      const kept = keepVolumes({ ...host, pods: list, logger }, over.signal);
      try {
        yield* events.listen(signal);
      } finally {
        over.abort();
        await kept;
      }
    },
    streaming: processStreaming(host),
    stats: new ProcessStats(host),
    handlers: processHandlers(host),
    resizing: processResizing(host),
    collecting: processCollecting(host, logger),
    volumeSizes: volumeSizesOf(folders),
    hostPaths: hostPathsOf(folders),
    hostSignals: machine.hostSignals,
    close: async () => life.abort(),
  };
}

const infoOf = ({ cgroups }: ProcessHost, machine: Machine): RuntimeInfo => ({
  ...{ name: 'process', version: process.version.slice(1), ready: true, machine },
  capabilities: {
    ...{ logs: true, exec: true, attach: true, portForward: true, handlers: true },
    ...{ stats: cgroups !== undefined, resize: cgroups !== undefined },
  },
});

async function listPods({ records, clock }: ProcessHost, nodeNames?: readonly string[]): Promise<RuntimePod[]> {
  const wanted = nodeNames && new Set(nodeNames);
  const pods = await Promise.all((await records.uids()).map((uid) => records.describe(uid, clock.now())));
  return pods.filter((pod) => pod !== undefined).filter(({ nodeName }) => wanted?.has(nodeName) ?? true);
}

/** What was started before this worker. */
async function followAll(host: ProcessHost): Promise<void> {
  for (const uid of await host.records.uids()) {
    const pod = await host.records.readPod(uid);
    for (const run of await host.records.runs(uid)) {
      if (pod !== undefined && (await host.records.state(run.folder))?.finishedAt === undefined) {
        host.follow(pod.spec, run);
      }
    }
  }
}
