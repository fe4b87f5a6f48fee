/** What a simulated pod does, from the annotation `fleet.flotilla.dev/simulation` of the pod, else of its node. */
import { type ContainerSpec, RuntimeError } from '../runtime.ts';

const SIMULATION_ANNOTATION = 'fleet.flotilla.dev/simulation';

/** Durations in milliseconds. What is absent has the default named beside it. */
export interface SimulationSettings {
  /** Of an image's first use on a node; 200 to 800. */
  readonly pullMs?: number;
  /** Every pull fails with this message. */
  readonly pullError?: string;
  /** From create to running; 50 to 150. */
  readonly startMs?: number;
  /** How long a main container runs; for ever. Init containers: 50 to 150. */
  readonly runMs?: number;
  /** How long a container takes to end after TERM; 20 to 100. Beyond the grace period it is killed. */
  readonly stopMs?: number;
  /** Of a run that ends by itself; 0. */
  readonly exitCode?: number;
  /** Share of runs in [0, 1] that fail: with `exitCode` if that is not 0, else with 1; after `runMs`, else soon. */
  readonly failureRate?: number;
  /** Spread of every duration, as a share of it in [0, 1]: 0 for durations given here. */
  readonly jitter?: number;
  readonly logs?: { readonly everyMs?: number; readonly lines?: readonly string[] };
  /** Overrides for one container, by name. */
  readonly containers?: Readonly<Record<string, SimulationSettings>>;
}

const NUMBERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  pullMs: [0, 86_400_000],
  startMs: [0, 86_400_000],
  runMs: [0, 1e12],
  stopMs: [0, 86_400_000],
  exitCode: [0, 255],
  failureRate: [0, 1],
  jitter: [0, 1],
};

const refuse = (path: string, why: string): RuntimeError =>
  new RuntimeError('CreateContainer', `annotation ${SIMULATION_ANNOTATION}: ${path}${path === '' ? '' : ': '}${why}`);

/** The pod's settings, else the node's. Throws RuntimeError CreateContainer, naming the field, on bad input. */
export function readSettings(
  annotations: Readonly<Record<string, string>>,
  nodeAnnotations: Readonly<Record<string, string>>,
): SimulationSettings {
  const text = annotations[SIMULATION_ANNOTATION] ?? nodeAnnotations[SIMULATION_ANNOTATION];
  return text === undefined || text === '' ? {} : parseSettings(text);
}

function parseSettings(text: string): SimulationSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refuse('', `not JSON (${(error as Error).message})`);
  }
  checkSettings(value, '');
  return value as SimulationSettings;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checkSettings(value: unknown, path: string): void {
  if (!isRecord(value)) {
    throw refuse(path, 'must be an object');
  }
  for (const [name, field] of Object.entries(value)) {
    checkField(name, field, path === '' ? name : `${path}.${name}`, path === '');
  }
}

function checkField(name: string, field: unknown, path: string, top: boolean): void {
  const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (range !== undefined) {
    if (typeof field !== 'number' || !(field >= range[0] && field <= range[1])) {
      throw refuse(path, `must be a number from ${range[0]} to ${range[1]}`);
    }
  } else if (name === 'pullError') {
    if (typeof field !== 'string' || field === '') {
      throw refuse(path, 'must be a message');
    }
  } else if (name === 'logs') {
    checkLogs(field, path);
  } else if (name === 'containers' && top && isRecord(field)) {
    for (const [container, settings] of Object.entries(field)) {
      checkSettings(settings, `${path}.${container}`);
    }
  } else {
    throw refuse(path, 'unknown field');
  }
}

function checkLogs(field: unknown, path: string): void {
  if (!isRecord(field)) {
    throw refuse(path, 'must be an object');
  }
  const { everyMs, lines, ...others } = field;
  if (everyMs !== undefined && !(typeof everyMs === 'number' && everyMs >= 10)) {
    throw refuse(`${path}.everyMs`, 'must be a number of at least 10');
  }
  if (lines !== undefined && !(Array.isArray(lines) && lines.length > 0 && lines.every((l) => typeof l === 'string'))) {
    throw refuse(`${path}.lines`, 'must be a list of strings');
  }
  for (const name of Object.keys(others)) {
    throw refuse(`${path}.${name}`, 'unknown field');
  }
}

/** What is set for one container by its name. */
function ownSettings({ containers = {} }: SimulationSettings, container: string): SimulationSettings | undefined {
  return Object.hasOwn(containers, container) ? containers[container] : undefined;
}

/** Settings as one container sees them. */
export function settingsOf(settings: SimulationSettings, container: string): SimulationSettings {
  const own = ownSettings(settings, container);
  return own === undefined ? settings : { ...settings, ...own };
}

/** Of a container's life: whoever looks into a pod that fails must not fail with it. */
export const lifeSettingsOf = (settings: SimulationSettings, { name, kind }: ContainerSpec): SimulationSettings =>
  kind === 'ephemeral' ? (ownSettings(settings, name) ?? {}) : settingsOf(settings, name);
