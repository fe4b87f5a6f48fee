/**
 * The table of runtimes: name → factory. A runtime is one folder here and one line below, or an npm module named in
 * the configuration (`runtimes: { mine: { module: 'flotilla-runtime-mine' } }`) whose default export is a RuntimeFactory.
 * Runtimes never see the registry: the kubelet is their only caller, `runtime.ts` their only contract.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StartupError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import { boundedRuntime } from './bounded-runtime.ts';
import type { ProfileSource } from './profile-source.ts';
import type { Runtime, VolumeSource } from './runtime.ts';
import { createSimulatedRuntime } from './simulated/simulated-runtime.ts';
import type { RuntimeStateStore } from './state-store.ts';

/** What a factory may use. `options` is the runtime's own section of the configuration, unvalidated. */
export interface RuntimeContext {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly states: RuntimeStateStore;
  readonly volumes: VolumeSource;
  /** Images that a host pulls together; undefined: as many as are asked for. */
  readonly pullsAtATime?: number;
  /** Absent: there are none. */
  readonly profiles?: ProfileSource;
  readonly seed: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type RuntimeFactory = (context: RuntimeContext) => Runtime | Promise<Runtime>;

const BUILT_IN: Readonly<Record<string, RuntimeFactory>> = {
  simulated: createSimulatedRuntime,
  // Loaded when it is enabled: gRPC takes a tenth of a second to load.
  cri: async (context) => (await import('./cri/cri-runtime.ts')).createCriRuntime(context),
  docker: async (context) => (await import('./docker/docker-runtime.ts')).createDockerRuntime(context),
  process: async (context) => (await import('./process/process-runtime.ts')).createProcessRuntime(context),
};

export const BUILT_IN_NAMES: readonly string[] = Object.keys(BUILT_IN);

/** Name → what the operator enabled; `module` set: a runtime that is not built in. */
export type RuntimeSettings = Readonly<
  Record<string, { readonly module?: string; readonly options: Readonly<Record<string, unknown>> }>
>;

/** Opens every enabled runtime. Throws with the runtime's name when one is unknown or its module is not a factory. */
export async function createRuntimes(
  settings: RuntimeSettings,
  shared: Omit<RuntimeContext, 'name' | 'options'>,
): Promise<ReadonlyMap<string, Runtime>> {
  const runtimes = new Map<string, Runtime>();
  for (const [name, { module, options }] of Object.entries(settings)) {
    const factory = await findFactory(name, module);
    const logger = shared.logger.child({ runtime: name });
    const runtime = await factory({ ...shared, logger, name, options });
    // A simulation waits for nothing but the database, which has time limits of its own.
    runtimes.set(name, factory === createSimulatedRuntime ? runtime : boundedRuntime(runtime, shared.clock));
  }
  return runtimes;
}

async function findFactory(name: string, module: string | undefined): Promise<RuntimeFactory> {
  if (module !== undefined) {
    const factory = await importDefault(name, module);
    if (typeof factory !== 'function') {
      throw new StartupError(`runtime "${name}": module "${module}" has no default export that is a function`);
    }
    return factory as RuntimeFactory;
  }
  const factory = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (factory === undefined) {
    throw new StartupError(`runtime "${name}" is unknown: use one of ${BUILT_IN_NAMES.join(', ')}, or name its module`);
  }
  return factory;
}

/** A path starts at the working directory, as every path of the configuration does; a package is Node's to find. */
async function importDefault(name: string, module: string): Promise<unknown> {
  const isPath = module.startsWith('.') || module.startsWith('/');
  try {
    const loaded = (await import(isPath ? pathToFileURL(resolve(module)).href : module)) as { default?: unknown };
    return loaded.default;
  } catch (cause) {
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1);
    throw new StartupError(`runtime "${name}": module "${module}" cannot be loaded (${why}): install or correct it`, {
      cause,
    });
  }
}
