/** What a simulated pod does, from the annotation `fleet.flotilla.dev/simulation` of the pod, else of its node. */
import type { ContainerSpec } from '../runtime.ts';
import { HANDLER_FIELDS, type HandlerSettings } from './handler-settings.ts';
import { isRecord, message, number, object, refuse, SIMULATION_ANNOTATION } from './settings-fields.ts';

/** Durations in milliseconds. What is absent has the default named beside it. */
export interface SimulationSettings extends HandlerSettings {
  /** Of an image's first use on a node; 200 to 800. */
  readonly pullMs?: number;
  /** Every pull fails with this message. */
  readonly pullError?: string;
  /** From create to running; 50 to 150. */
  readonly startMs?: number;
  /** From running to ready, beside what its probes say; 0. */
  readonly readyMs?: number;
  /** How long a main container runs; for ever. Init containers: 50 to 150. */
  readonly runMs?: number;
  /** How long a container takes to end after TERM; 20 to 100. Beyond the grace period it is killed. */
  readonly stopMs?: number;
  /** Of a container that ended by TERM; 0, and 143 in a pod whose work is to end. */
  readonly stopExitCode?: number;
  /** Every resize of a running container fails with this message. */
  readonly resizeError?: string;
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
  checkPod(value, '');
  return value as SimulationSettings;
}

const FIELDS = {
  ...{
    pullMs: number(0, 86_400_000),
    pullError: message,
    resizeError: message,
    startMs: number(0, 86_400_000),
    readyMs: number(0, 86_400_000),
    runMs: number(0, 1e12),
  },
  ...{ stopMs: number(0, 86_400_000), stopExitCode: number(0, 255) },
  ...{ exitCode: number(0, 255), failureRate: number(0, 1), jitter: number(0, 1) },
  logs: object({ everyMs: checkEvery, lines: checkLines }),
  ...HANDLER_FIELDS,
};
const checkContainer = object(FIELDS);
const checkPod = object({ ...FIELDS, containers: checkContainers });

function checkEvery(value: unknown, path: string): void {
  if (!(typeof value === 'number' && value >= 10)) {
    throw refuse(path, 'must be a number of at least 10');
  }
}

function checkLines(value: unknown, path: string): void {
  if (!(Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === 'string'))) {
    throw refuse(path, 'must be a list of strings');
  }
}

function checkContainers(value: unknown, path: string): void {
  if (!isRecord(value)) {
    throw refuse(path, 'must be an object');
  }
  for (const [container, settings] of Object.entries(value)) {
    checkContainer(settings, `${path}.${container}`);
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
