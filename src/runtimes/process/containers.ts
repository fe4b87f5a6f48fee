/** Containers: started once an attempt, stopped, resized. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelNameOf } from '../hostname.ts';
import type { BoundMount } from '../pod-folders/pod-folders.ts';
import { type ContainerSpec, type Resizing, RuntimeError, type RuntimePod } from '../runtime.ts';
import type { ProcessHost } from './host.ts';
import { imageOf } from './images.ts';
import { startKeeper, stopByKeeper } from './keeper.ts';
import { linkMounts } from './link-mounts.ts';
import { programOf } from './policy.ts';
import { type ContainerRecord, containerId, type KeptRun, type PodRecord, type ShimState } from './records.ts';
import { wrapProgram } from './wrap.ts';

/** The kubelet's defaults. */
const MAX_LOG_BYTES = 10 * 1_024 * 1_024;
const MAX_LOG_FILES = 5;
/** Part of paths. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export async function described(host: ProcessHost, uid: string): Promise<RuntimePod> {
  const pod = await host.records.describe(uid, host.clock.now());
  if (pod === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  return pod;
}

/** Throws RuntimeError NotFound. */
export async function running(
  { records, clock }: ProcessHost,
  uid: string,
  name: string,
): Promise<{ run: ContainerRecord; shim: ShimState }> {
  const found = await records.running(uid, name, clock.now());
  if (found === undefined) {
    throw new RuntimeError('NotFound', `container "${name}" is not running`);
  }
  return found;
}

export async function startContainer(
  host: ProcessHost,
  uid: string,
  container: ContainerSpec,
  attempt: number,
): Promise<RuntimePod> {
  const pod = await host.records.readPod(uid);
  if (pod === undefined) {
    throw new RuntimeError('NotFound', `pod ${uid} has no sandbox`);
  }
  if (!NAME.test(container.name)) {
    throw new RuntimeError('CreateContainer', `${JSON.stringify(container.name)} is no name of a container`);
  }
  const attempts = (await host.records.runs(uid)).filter((run) => run.name === container.name);
  if (!attempts.some((run) => run.attempt >= attempt)) {
    // A program whose keeper was killed runs on; two attempts never run at once.
    await stopRuns(host, attempts, 0);
    await start(host, pod, container, attempt);
  }
  return described(host, uid);
}

async function start(host: ProcessHost, pod: PodRecord, container: ContainerSpec, attempt: number): Promise<void> {
  const { records, folders, options, cgroups } = host;
  const { uid } = pod.spec;
  const image = imageOf(options, container.image);
  const program = await programOf(container, image, options, host.own);
  const mounts = await mountsOf(host, pod, container, attempt);
  const folder = records.attemptFolder(uid, container.name, attempt);
  if (!(await records.claim(uid, container.name, attempt))) {
    // Somebody else has just begun with it.
    return;
  }
  const id = containerId(uid, container.name, attempt);
  const isolated = options.isolation !== 'none';
  const cgroup = (await cgroups?.make(id, container, options.maxProcesses || (pod.spec.pidsLimit ?? 0))) ?? {
    folders: [],
    oomFiles: [],
  };
  const { file, args } = wrapProgram(program, {
    cgroups: cgroup.folders,
    maxOpenFiles: options.maxOpenFiles,
    noNewPrivileges: container.security?.allowPrivilegeEscalation === false,
    ...(isolated ? { namespaces: { hostname: kernelNameOf(pod.spec), mounts } } : {}),
  });
  const root = isolated ? {} : { FLOTILLA_ROOT: await linkMounts(join(folder, 'root'), mounts) };
  await folders.makeLogFolder(uid, container.name);
  const record: KeptRun = {
    ...{ name: container.name, attempt, id, image: container.image, folder, isolated, file, args },
    ...{ cwd: program.cwd, env: { ...program.env, ...root }, user: program.user, group: program.group },
    ...{ tty: container.tty ?? false, stdin: container.stdin ?? false, ports: container.ports ?? [] },
    stopSignal: container.stopSignal ?? 'SIGTERM',
    ...{ cgroups: cgroup.folders, oomFiles: cgroup.oomFiles },
    ...(pod.network === undefined ? {} : { network: pod.network }),
    logPath: join(folders.logs(uid), container.name, `${attempt}.log`),
    // Short: the address of a unix socket has 107 bytes.
    socket: join(options.root, 'sockets', id.slice(0, 16)),
    maxLogBytes: options.maxLogBytes ?? pod.spec.logs?.maxBytes ?? MAX_LOG_BYTES,
    maxLogFiles: options.maxLogFiles ?? pod.spec.logs?.maxFiles ?? MAX_LOG_FILES,
  };
  await mkdir(join(options.root, 'sockets'), { recursive: true, mode: 0o700 });
  await records.saveRun(record);
  await startKeeper(folder, pod.network);
  host.follow(pod.spec, record);
}

async function mountsOf(
  { folders, volumes }: ProcessHost,
  { spec }: PodRecord,
  { name, terminationMessage }: ContainerSpec,
  attempt: number,
): Promise<BoundMount[]> {
  const bound = await folders.bind(spec.uid, await volumes.mounts(spec, name));
  if (terminationMessage !== undefined) {
    const hostPath = await folders.messageFile(spec.uid, name, attempt);
    bound.push({ hostPath, containerPath: terminationMessage.path, readOnly: false });
  }
  return bound;
}

export async function stopRuns(host: ProcessHost, runs: readonly ContainerRecord[], graceMs: number): Promise<void> {
  const stop = async (run: ContainerRecord): Promise<void> => {
    const state = await host.records.state(run.folder);
    if (state?.finishedAt === undefined) {
      await stopByKeeper(run, state, graceMs);
    }
  };
  await Promise.all(runs.map(stop));
}

export async function stopContainer(
  host: ProcessHost,
  uid: string,
  name: string,
  graceMs: number,
): Promise<RuntimePod | undefined> {
  const runs = (await host.records.runs(uid)).filter((run) => run.name === name);
  await stopRuns(host, runs, graceMs);
  return host.records.describe(uid, host.clock.now());
}

export const processResizing = (host: ProcessHost): Resizing => ({
  async resize(uid, name, resources) {
    const { run } = await running(host, uid, name);
    if (host.cgroups === undefined) {
      throw new RuntimeError('ResizeContainer', 'this host has no cgroups that can be changed');
    }
    await host.cgroups.set(run.id, resources).catch((cause: unknown) => {
      throw new RuntimeError('ResizeContainer', (cause as Error).message, { cause });
    });
    await host.records.saveResources(run.folder, resources);
    return host.records.describe(uid, host.clock.now());
  },
});
