/**
 * The insides of simulated containers: made when somebody first looks, kept in the memory of this process for as long
 * as the container (its attempt) runs. Nothing of them is durable: another process has a view of its own.
 * A command of the kubelet that changes no file leaves none behind: 100,000 probed containers cost no memory.
 */
import type { Clock } from '../../timing/clock.ts';
import { type Budget, FileSystem } from './files/file-system.ts';
import { writeImageFiles } from './files/image-files.ts';
import { type ContainerRecord, latestAttempt, type PodRecord } from './pod-record.ts';
import type { Machine } from './shell/program.ts';

const MAX_CONTAINER_BYTES = 64 * 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;
/** After so many new ones, those of containers that ended are dropped. */
const SWEEP_EVERY = 100;

interface Inside {
  readonly uid: string;
  readonly attempt: number;
  readonly container: string;
  readonly machine: Machine;
}

const isRunning = ({ startsAt, endsAt }: ContainerRecord, now: number): boolean =>
  now >= startsAt && (endsAt === undefined || now < endsAt);

/** The attempt that runs now. */
export function runningAttempt(
  record: PodRecord | undefined,
  container: string,
  now: number,
): ContainerRecord | undefined {
  const latest = record === undefined ? undefined : latestAttempt(record, container);
  return latest !== undefined && isRunning(latest, now) ? latest : undefined;
}

export class Containers {
  readonly #read: (uid: string) => Promise<PodRecord | undefined>;
  readonly #clock: Clock;
  readonly #insides = new Map<string, Inside>();
  readonly #made: (uid: string, record: PodRecord) => void;
  readonly #budget: Budget = { bytes: MAX_BYTES };
  #count = 0;

  /** `made` is told when a container's files begin to be kept, and may differ from its image's from then on. */
  constructor(
    read: (uid: string) => Promise<PodRecord | undefined>,
    clock: Clock,
    made: (uid: string, record: PodRecord) => void,
  ) {
    this.#read = read;
    this.#clock = clock;
    this.#made = made;
  }

  /** undefined: it does not run. */
  async running(
    uid: string,
    container: string,
  ): Promise<{ record: PodRecord; attempt: ContainerRecord; machine: Machine } | undefined> {
    const record = await this.#read(uid);
    const attempt = runningAttempt(record, container, this.#clock.now());
    if (record === undefined || attempt === undefined) {
      return undefined;
    }
    const known = this.#known(uid, attempt);
    if (known !== undefined) {
      return { record, attempt, machine: known };
    }
    const machine = this.#newMachine(record, attempt);
    await this.#keep(uid, record, attempt, machine);
    return { record, attempt, machine };
  }

  /** For one command. `kept`: the files are kept, by an earlier look or because the command changed them. */
  async use<T>(
    uid: string,
    record: PodRecord,
    attempt: ContainerRecord,
    command: (machine: Machine) => Promise<T>,
  ): Promise<{ result: T; kept: boolean }> {
    const known = this.#known(uid, attempt);
    if (known !== undefined) {
      return { result: await command(known), kept: true };
    }
    const machine = this.#newMachine(record, attempt);
    const { changes } = machine.files;
    try {
      const result = await command(machine);
      const kept = machine.files.changes > changes && this.#known(uid, attempt) === undefined;
      if (kept) {
        await this.#keep(uid, record, attempt, machine);
      }
      return { result, kept };
    } finally {
      if (this.#known(uid, attempt) !== machine) {
        machine.files.discard();
      }
    }
  }

  #known(uid: string, { name, attempt }: ContainerRecord): Machine | undefined {
    const known = this.#insides.get(`${uid}/${name}`);
    return known?.attempt === attempt ? known.machine : undefined;
  }

  async #keep(uid: string, record: PodRecord, { name, attempt }: ContainerRecord, machine: Machine): Promise<void> {
    const key = `${uid}/${name}`;
    this.#insides.get(key)?.machine.files.discard();
    this.#insides.set(key, { uid, container: name, attempt, machine });
    this.#made(uid, record);
    this.#count += 1;
    if (this.#count % SWEEP_EVERY === 0) {
      await this.#sweep();
    }
  }

  #newMachine(record: PodRecord, { image, program = {} }: ContainerRecord): Machine {
    const now = (): number => this.#clock.now();
    const files = new FileSystem({ maxBytes: MAX_CONTAINER_BYTES, shared: this.#budget, now });
    const hostname = record.ip === '' ? record.node : record.name;
    writeImageFiles(files, { hostname, ip: record.ip, image });
    const { env = {}, workingDir = '/' } = program;
    if (files.find(workingDir) === undefined) {
      files.makeDirectory(workingDir, { parents: true });
    }
    return { files, hostname, clock: this.#clock, env, workingDir };
  }

  async #sweep(): Promise<void> {
    for (const [key, { uid, container, attempt, machine }] of this.#insides) {
      const alive = runningAttempt(await this.#read(uid), container, this.#clock.now());
      if (alive?.attempt !== attempt && this.#insides.get(key)?.machine === machine) {
        this.#insides.delete(key);
        machine.files.discard();
      }
    }
  }
}
