/** The durable state of one simulated pod, and what it means at a given time. Pure. */
import { createHash } from 'node:crypto';
import { BoundedMap } from '../../timing/bounded-map.ts';
import type {
  ContainerResources,
  ContainerSpec,
  ContainerState,
  ContainerUser,
  RuntimeContainer,
  RuntimePod,
} from '../runtime.ts';
import type { SimulationSettings } from './settings.ts';

/** What a container was started with, as far as its insides show it. Absent fields keep records short. */
export interface ProgramRecord {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly ports?: readonly number[];
  readonly stdin?: true;
  readonly stopSignal?: string;
  readonly tty?: true;
}

/** One attempt. Times in milliseconds since the epoch, known ahead: the clock alone moves a container on. */
export interface ContainerRecord {
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly startsAt: number;
  /** From the call that started it on; absent in records of before. */
  readonly startMs?: number;
  /** undefined: runs for ever. */
  readonly endsAt?: number;
  /** undefined: as soon as it runs. */
  readonly readyAt?: number;
  readonly exitCode: number;
  /** Of an end that is none of the usual. */
  readonly reason?: string;
  /** Ended by a stop rather than by itself. */
  readonly stopped?: true;
  readonly program?: ProgramRecord;
  /** As it was started or last resized; absent in records of before there were resizes. */
  readonly resources?: ContainerResources;
  /** As its pod says; absent: the image's, which nobody knows. */
  readonly user?: ContainerUser;
}

export interface PodRecord {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  /** '' on the host network. */
  readonly ip: string;
  /** As they were when the sandbox was made; absent: none. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly settings: SimulationSettings;
  /** Of all its processes, beside their own; absent: none. */
  readonly groups?: readonly number[];
  /** Its work is to end; absent: it is a server. */
  readonly isBatch?: true;
  /** When the sandbox is down. */
  readonly stopsAt?: number;
  /** The latest two attempts of each container, oldest first. */
  readonly containers: readonly ContainerRecord[];
}

const hex = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('/')).digest('hex');

const MAX_IMAGES = 1_000;
const imageIds = new BoundedMap<string, string>(MAX_IMAGES);

/** Images are few, and are told of with every look at a container. */
export function imageIdOf(image: string): string {
  const known = imageIds.get(image);
  const id = known ?? `sha256:${hex('image', image)}`;
  if (known === undefined) {
    imageIds.set(image, id);
  }
  return id;
}

/** 5 to 205 MB, the same for an image everywhere. */
export const imageSizeOf = (image: string): number =>
  5_000_000 + (Number.parseInt(hex('size', image).slice(0, 8), 16) % 200_000_000);

export const latestAttempt = (record: PodRecord, container: string): ContainerRecord | undefined =>
  record.containers.findLast(({ name }) => name === container);

/** A clock that was set back does not undo a start: one that is further away than it ever was is over. */
export const hasStarted = ({ startsAt, startMs = Number.POSITIVE_INFINITY }: ContainerRecord, now: number): boolean =>
  now >= startsAt || startsAt - now > startMs;

function stateAt(container: ContainerRecord, now: number): ContainerState {
  const { startsAt, endsAt, exitCode, reason = exitCode === 0 ? 'Completed' : 'Error' } = container;
  if (endsAt !== undefined && now >= endsAt) {
    return {
      phase: 'exited',
      startedAt: startsAt,
      finishedAt: endsAt,
      exitCode,
      reason,
    };
  }
  return hasStarted(container, now) ? { phase: 'running', startedAt: startsAt } : { phase: 'created' };
}

/** Whoever is attached to a program that reads its input may end it at any time. */
const LOOK_MS = 1_000;
const mayEnd = ({ endsAt, program }: ContainerRecord): boolean => endsAt === undefined && program?.stdin === true;

/** The next time at which something changes by itself, or when to look whether somebody changed it. */
function changesAt(record: PodRecord, now: number): number | undefined {
  const times = record.containers.flatMap(({ startsAt, endsAt, readyAt }) =>
    [startsAt, endsAt, readyAt].filter((time) => time !== undefined),
  );
  if (record.stopsAt !== undefined) {
    times.push(record.stopsAt);
  }
  if (record.containers.some(mayEnd)) {
    times.push(now + LOOK_MS);
  }
  const future = times.filter((time) => time > now);
  return future.length === 0 ? undefined : Math.min(...future);
}

export function podAt(uid: string, record: PodRecord, now: number): RuntimePod {
  const stopped = record.stopsAt !== undefined && now >= record.stopsAt;
  const next = changesAt(record, now);
  return {
    uid,
    namespace: record.namespace,
    name: record.name,
    nodeName: record.node,
    sandbox: stopped ? 'stopped' : 'ready',
    ...(stopped || record.ip === '' ? {} : { podIPs: [record.ip] }),
    containers: record.containers.map((container) => containerAt(uid, container, now)),
    ...(next === undefined ? {} : { changesAt: next }),
  };
}

const containerAt = (uid: string, container: ContainerRecord, now: number): RuntimeContainer => ({
  name: container.name,
  attempt: container.attempt,
  id: hex(uid, container.name, container.attempt),
  image: container.image,
  imageId: imageIdOf(container.image),
  state: stateAt(container, now),
  ...(container.readyAt !== undefined && now < container.readyAt ? { isUnready: true } : {}),
  ...(container.resources === undefined ? {} : { resources: container.resources }),
  ...(container.user === undefined ? {} : { user: container.user }),
});

/** In one order, so that equal resources are equal text. */
export const resourcesOf = ({
  cpuRequest,
  cpuLimit,
  memoryRequest,
  memoryLimit,
}: ContainerResources): ContainerResources => ({
  ...(cpuRequest === undefined ? {} : { cpuRequest }),
  ...(cpuLimit === undefined ? {} : { cpuLimit }),
  ...(memoryRequest === undefined ? {} : { memoryRequest }),
  ...(memoryLimit === undefined ? {} : { memoryLimit }),
});

/** undefined: the pod does not say; a group alone goes with a user that nobody knows. */
export function userOf({ security = {} }: ContainerSpec, { groups = [] }: PodRecord): ContainerUser | undefined {
  const { runAsUser: uid, runAsGroup: gid = 0 } = security;
  return uid === undefined ? undefined : { uid, gid, supplementalGroups: [...new Set([gid, ...groups])] };
}

/** The record with a new attempt; only the latest two of a container are kept (the state and the last state). */
export function withAttempt(record: PodRecord, added: ContainerRecord): PodRecord {
  const before = latestAttempt(record, added.name);
  const kept = record.containers.filter((container) => container.name !== added.name || container === before);
  return { ...record, containers: [...kept, added] };
}

export interface Stop {
  readonly now: number;
  /** How long the program takes to end after TERM, and when it is killed instead. */
  readonly stopMs: number;
  readonly graceMs: number;
  /** Of a program that ended by TERM. */
  readonly exitCode: number;
}

/** TERM at `now`, KILL at `now + graceMs`. Never later than an end that is decided already; same record: no change. */
export function withStop(container: ContainerRecord, { now, stopMs, graceMs, ...term }: Stop): ContainerRecord {
  const isKilledAtOnce = container.program?.stopSignal === 'SIGKILL';
  const endsAt = now + (isKilledAtOnce ? 0 : Math.min(stopMs, graceMs));
  if (container.endsAt !== undefined && container.endsAt <= endsAt) {
    return container;
  }
  const exitCode = isKilledAtOnce || stopMs > graceMs ? 128 + 9 : term.exitCode;
  return { ...container, startsAt: Math.min(container.startsAt, now), endsAt, exitCode, stopped: true };
}

/** What a container needs to be looked into; undefined when it has nothing of its own. */
export function programOf({
  command,
  args,
  env,
  workingDir,
  ports = [],
  stdin,
  tty,
  stopSignal,
}: ContainerSpec): ProgramRecord | undefined {
  const argv = [...command, ...args];
  const program: ProgramRecord = {
    ...(stdin === true && argv.length > 0 ? { argv } : {}),
    ...(env.length === 0 ? {} : { env: Object.fromEntries(env.map(({ name, value }) => [name, value])) }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(ports.length === 0 ? {} : { ports }),
    ...(stdin === true ? { stdin } : {}),
    ...(tty === true ? { tty } : {}),
    ...(stopSignal === undefined ? {} : { stopSignal }),
  };
  return Object.keys(program).length === 0 ? undefined : program;
}

/** The record after the running attempt ended by itself at `now`. */
export function withEnd(record: PodRecord, attempt: ContainerRecord, now: number, exitCode: number): PodRecord {
  const containers = record.containers.map((container) =>
    container.name === attempt.name && container.attempt === attempt.attempt && container.endsAt === undefined
      ? { ...container, endsAt: now, exitCode }
      : container,
  );
  return { ...record, containers };
}
