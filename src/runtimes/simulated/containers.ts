/**
 * The insides of simulated containers: made when somebody first looks, kept in the memory of this process for as long
 * as the container (its attempt) runs. Nothing of them is durable: another process has a view of its own.
 * A command of the kubelet that changes no file leaves none behind: 100,000 probed containers cost no memory.
 */
import type { Clock } from '../../timing/clock.ts';
import type { Mount, VolumeSource } from '../runtime.ts';
import { type Inside, MAX_CONTAINER_BYTES, makeInside } from './container-inside.ts';
import type { Budget } from './files/file-system.ts';
import { type ContainerRecord, hasStarted, latestAttempt, type PodRecord } from './pod-record.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { Machine } from './shell/program.ts';

const MAX_BYTES = 256 * 1024 * 1024;
/** After so many new ones, those of containers that ended are dropped. */
const SWEEP_EVERY = 100;
/** How often what somebody looks at follows the cluster's objects. */
const FRESH_MS = 10_000;

const isRunning = (container: ContainerRecord, now: number): boolean =>
  hasStarted(container, now) && (container.endsAt === undefined || now < container.endsAt);

/** The attempt that runs now. */
export function runningAttempt(
  record: PodRecord | undefined,
  container: string,
  now: number,
): ContainerRecord | undefined {
  const latest = record === undefined ? undefined : latestAttempt(record, container);
  return latest !== undefined && isRunning(latest, now) ? latest : undefined;
}

export interface ContainersOptions {
  readonly read: (uid: string) => Promise<PodRecord | undefined>;
  readonly volumes: VolumeSource;
  readonly clock: Clock;
  /** Told when a container's files begin to be kept: they may differ from its image's from then on. */
  readonly made: (uid: string, record: PodRecord) => void;
}

export interface Running {
  readonly uid: string;
  readonly record: PodRecord;
  readonly attempt: ContainerRecord;
  readonly machine: Machine;
}

export class Containers {
  readonly #options: ContainersOptions;
  readonly #insides = new Map<string, Inside>();
  readonly #budget: Budget = { bytes: MAX_BYTES };
  readonly #volumes: PodVolumes;
  #count = 0;

  constructor(options: ContainersOptions) {
    this.#options = options;
    const now = (): number => options.clock.now();
    this.#volumes = new PodVolumes({ maxBytes: MAX_CONTAINER_BYTES, shared: this.#budget, now });
  }

  /** undefined: it does not run. */
  async running(uid: string, container: string): Promise<Running | undefined> {
    const record = await this.#options.read(uid);
    const attempt = runningAttempt(record, container, this.#options.clock.now());
    if (record === undefined || attempt === undefined) {
      return undefined;
    }
    const inside = await this.#enter(uid, record, attempt);
    if (this.#known(uid, attempt) !== inside) {
      await this.#keep(inside, record);
    }
    return { uid, record, attempt, machine: inside.machine };
  }

  /** Keeps what somebody looks at as the cluster's objects are, until the signal aborts. Never rejects. */
  async follow({ uid, record, attempt }: Running, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#options.clock.sleep(FRESH_MS, signal);
        this.#volumes.open(uid, await this.#mounts(uid, record, attempt)).drop();
      } catch {
        // What cannot be read now is read the next time, by this look or by another.
      }
    }
  }

  /**
   * For one command. `kept`: the files are kept, by an earlier look or because the command changed them. `follows`: some
   * of them follow objects of the cluster.
   */
  async use<T>(
    uid: string,
    record: PodRecord,
    attempt: ContainerRecord,
    command: (machine: Machine) => Promise<T>,
  ): Promise<{ result: T; kept: boolean; follows: boolean }> {
    const inside = await this.#enter(uid, record, attempt);
    const { machine, follows } = inside;
    const { changes } = machine.files;
    try {
      const result = await command(machine);
      if (machine.files.changes > changes && this.#known(uid, attempt) === undefined) {
        await this.#keep(inside, record);
      }
      return { result, follows, kept: this.#known(uid, attempt) === inside };
    } finally {
      if (this.#known(uid, attempt) !== inside) {
        inside.discard();
      }
    }
  }

  #known(uid: string, { name, attempt }: ContainerRecord): Inside | undefined {
    const known = this.#insides.get(`${uid}/${name}`);
    return known?.attempt === attempt ? known : undefined;
  }

  #mounts(uid: string, { namespace, name }: PodRecord, attempt: ContainerRecord): Promise<readonly Mount[]> {
    return this.#options.volumes.mounts({ uid, namespace, name }, attempt.name);
  }

  /** The one that is kept, brought up to date, or one for this look. */
  async #enter(uid: string, record: PodRecord, attempt: ContainerRecord): Promise<Inside> {
    const mounts = await this.#mounts(uid, record, attempt);
    const known = this.#known(uid, attempt);
    if (known !== undefined) {
      this.#volumes.open(uid, mounts).drop();
      return known;
    }
    const { clock } = this.#options;
    return makeInside({ uid, record, attempt, mounts, volumes: this.#volumes, budget: this.#budget, clock });
  }

  async #keep(inside: Inside, record: PodRecord): Promise<void> {
    const key = `${inside.uid}/${inside.container}`;
    this.#insides.get(key)?.discard();
    this.#insides.set(key, inside);
    inside.keep();
    this.#options.made(inside.uid, record);
    this.#count += 1;
    if (this.#count % SWEEP_EVERY === 0) {
      await this.#sweep();
    }
  }

  async #sweep(): Promise<void> {
    for (const [key, inside] of this.#insides) {
      const { uid, container, attempt } = inside;
      const alive = runningAttempt(await this.#options.read(uid), container, this.#options.clock.now());
      if (alive?.attempt !== attempt && this.#insides.get(key) === inside) {
        this.#insides.delete(key);
        inside.discard();
      }
    }
    for (const uid of this.#volumes.pods) {
      if ((await this.#options.read(uid)) === undefined) {
        this.#volumes.forget(uid);
      }
    }
  }
}
