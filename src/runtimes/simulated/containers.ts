/**
 * The insides of simulated containers: made when somebody first looks, kept in the memory of this process for as long
 * as the container (its attempt) runs. Nothing of them is durable: another process has a view of its own.
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
  readonly #budget: Budget = { bytes: MAX_BYTES };
  #made = 0;

  constructor(read: (uid: string) => Promise<PodRecord | undefined>, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
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
    const key = `${uid}/${container}`;
    const known = this.#insides.get(key);
    if (known?.attempt === attempt.attempt) {
      return { record, attempt, machine: known.machine };
    }
    known?.machine.files.discard();
    const machine = this.#newMachine(record, attempt);
    this.#insides.set(key, { uid, container, attempt: attempt.attempt, machine });
    this.#made += 1;
    if (this.#made % SWEEP_EVERY === 0) {
      await this.#sweep();
    }
    return { record, attempt, machine };
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
