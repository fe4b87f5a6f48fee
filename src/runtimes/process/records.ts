/** What is on disk of pods and containers: all that a worker knows, also after it was started anew. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PodFolders } from '../pod-folders/pod-folders.ts';
import type { ContainerResources, ContainerState, PodSandboxSpec, RuntimeContainer, RuntimePod } from '../runtime.ts';
import { startTicks } from './proc.ts';

export interface PodRecord {
  readonly spec: PodSandboxSpec;
  readonly isStopped: boolean;
  /** The file that holds its own network; undefined: it has the host's. */
  readonly network?: string;
}
export interface ContainerRecord {
  readonly name: string;
  readonly attempt: number;
  readonly id: string;
  readonly image: string;
  readonly folder: string;
  readonly socket: string;
  readonly logPath: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stopSignal: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: number | undefined;
  readonly group: number | undefined;
  readonly cgroups: readonly string[];
  readonly isolated: boolean;
  /** As of its pod. */
  readonly network?: string;
  readonly ports: readonly number[];
}
/** All that the keeper is told, as `spec.json`. */
export interface KeptRun extends ContainerRecord {
  readonly file: string;
  readonly args: readonly string[];
  readonly oomFiles: readonly string[];
  readonly maxLogBytes: number;
  readonly maxLogFiles: number;
}
export interface ShimState {
  readonly shimPid: number;
  readonly startedAt: number;
  readonly pid?: number;
  readonly startTicks?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly outOfMemory?: boolean;
}

/** For a keeper to come up. */
const STARTING_MS = 15_000;
const LOST = 137;

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.next`, JSON.stringify(value));
  await rename(`${path}.next`, path);
}

export const containerId = (uid: string, name: string, attempt: number): string =>
  createHash('sha256').update(`${uid}/${name}/${attempt}`).digest('hex');

export class Records {
  readonly #folders: PodFolders;
  constructor(folders: PodFolders) {
    this.#folders = folders;
  }

  #podFile = (uid: string): string => join(this.#folders.of(uid), 'pod.json');
  attemptFolder = (uid: string, name: string, attempt: number): string =>
    join(this.#folders.of(uid), 'runs', name, String(attempt));

  async savePod(record: PodRecord): Promise<void> {
    await mkdir(this.#folders.of(record.spec.uid), { recursive: true });
    await writeJson(this.#podFile(record.spec.uid), record);
  }
  readPod(uid: string): Promise<PodRecord | undefined> {
    return readJson<PodRecord>(this.#podFile(uid));
  }
  uids(): Promise<string[]> {
    return this.#folders.uids();
  }

  /** False: there is such an attempt already. */
  async claim(uid: string, name: string, attempt: number): Promise<boolean> {
    const folder = this.attemptFolder(uid, name, attempt);
    await mkdir(join(folder, '..'), { recursive: true });
    return mkdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') {
          return false;
        }
        throw error;
      },
    );
  }

  saveRun = (record: KeptRun): Promise<void> => writeJson(join(record.folder, 'spec.json'), record);
  saveResources = (folder: string, resources: ContainerResources): Promise<void> =>
    writeJson(join(folder, 'resources.json'), resources);
  state = (folder: string): Promise<ShimState | undefined> => readJson<ShimState>(join(folder, 'state.json'));

  /** Latest attempt of each last. */
  async runs(uid: string): Promise<ContainerRecord[]> {
    const base = join(this.#folders.of(uid), 'runs');
    const names = await readdir(base).catch(() => []);
    const all = await Promise.all(
      names.map(async (name) => {
        const attempts = (await readdir(join(base, name)))
          .map(Number)
          .filter(Number.isInteger)
          .sort((a, b) => a - b);
        return Promise.all(
          attempts.map((attempt) => readJson<ContainerRecord>(join(base, name, String(attempt), 'spec.json'))),
        );
      }),
    );
    return all.flat().filter((run) => run !== undefined);
  }

  /** Of a container the latest attempt, if it runs, with what its keeper says. */
  async running(
    uid: string,
    name: string,
    now: number,
  ): Promise<{ run: ContainerRecord; shim: ShimState } | undefined> {
    const run = (await this.runs(uid)).findLast((one) => one.name === name);
    const shim = run && (await this.state(run.folder));
    return run !== undefined && shim !== undefined && stateOf(shim, now).phase === 'running'
      ? { run, shim }
      : undefined;
  }

  async describe(uid: string, now: number): Promise<RuntimePod | undefined> {
    const pod = await this.readPod(uid);
    if (pod === undefined) {
      return undefined;
    }
    const { namespace, name, nodeName } = pod.spec;
    const runs = await this.runs(uid);
    const containers = await Promise.all(runs.map((run) => this.#container(uid, run, now)));
    const isDown = pod.isStopped && containers.every(({ state }) => state.phase === 'exited');
    return {
      ...{ uid, namespace, name, nodeName, containers },
      ...(pod.isStopped ? {} : { podIPs: ['127.0.0.1'] }),
      sandbox: isDown ? 'stopped' : 'ready',
    };
  }

  async #container(uid: string, run: ContainerRecord, now: number): Promise<RuntimeContainer> {
    const { name, attempt, id, image, folder } = run;
    const shim = await this.state(folder);
    const resources = await readJson<ContainerResources>(join(folder, 'resources.json'));
    const message = await this.#folders.readMessage(uid, name, attempt);
    const state = shim === undefined ? await notBegun(folder, now) : stateOf(shim, now);
    return {
      ...{ name, attempt, id, image, imageId: `process://${image}` },
      state: state.phase === 'exited' && message !== '' ? { ...state, message } : state,
      ...(resources === undefined ? {} : { resources }),
    };
  }
}

async function notBegun(folder: string, now: number): Promise<ContainerState> {
  // It may have been removed meanwhile: over, then.
  const since = await stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return now - since < STARTING_MS
    ? { phase: 'created' }
    : exited({ startedAt: since, finishedAt: since, exitCode: 128 }, 'ContainerCannotRun', 'its keeper did not start');
}

const exited = (
  times: { readonly startedAt: number; readonly finishedAt: number; readonly exitCode: number },
  reason: string,
  message?: string,
): ContainerState => ({ phase: 'exited', ...times, reason, ...(message === undefined ? {} : { message }) });

function stateOf(
  { startedAt, finishedAt, exitCode, signal, outOfMemory, ...shim }: ShimState,
  now: number,
): ContainerState {
  if (finishedAt !== undefined && exitCode !== undefined) {
    const isKilled = outOfMemory === true && exitCode === LOST;
    const reason = isKilled ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    return {
      ...exited({ startedAt, finishedAt, exitCode }, reason),
      ...(signal === undefined ? {} : { signal }),
    } as ContainerState;
  }
  // A keeper that was killed can tell no exit code.
  const isKept = startTicks(shim.shimPid) !== undefined;
  return isKept
    ? { phase: 'running', startedAt }
    : exited({ startedAt, finishedAt: Math.max(startedAt, now), exitCode: LOST }, 'Error', 'its keeper was killed');
}
