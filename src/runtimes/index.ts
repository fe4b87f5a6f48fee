/**
 * The table of runtimes: name → factory. A runtime is one folder here and one line below, or an npm module named in
 * the configuration (`runtimes: { mine: { module: 'flotilla-runtime-mine' } }`) whose default export is a RuntimeFactory.
 * Runtimes never see the registry: the kubelet is their only caller, `runtime.ts` their only contract.
 */
import type { Logger } from '../logger.ts';
import type { Clock } from '../timing/clock.ts';
import type { Runtime, RuntimeStateStore } from './runtime.ts';
import { createSimulatedRuntime } from './simulated/simulated-runtime.ts';

/** What a factory may use. `options` is the runtime's own section of the configuration, unvalidated. */
export interface RuntimeContext {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly states: RuntimeStateStore;
  readonly seed: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type RuntimeFactory = (context: RuntimeContext) => Runtime | Promise<Runtime>;

const BUILT_IN: Readonly<Record<string, RuntimeFactory>> = {
  simulated: createSimulatedRuntime,
};

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
    runtimes.set(name, await factory({ ...shared, logger, name, options }));
  }
  return runtimes;
}

async function findFactory(name: string, module: string | undefined): Promise<RuntimeFactory> {
  if (module !== undefined) {
    const loaded = (await import(module)) as { default?: unknown };
    if (typeof loaded.default !== 'function') {
      throw new Error(`runtime "${name}": module "${module}" has no default export that is a function`);
    }
    return loaded.default as RuntimeFactory;
  }
  const factory = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (factory === undefined) {
    throw new Error(`runtime "${name}" is unknown: use one of ${Object.keys(BUILT_IN).join(', ')}, or name its module`);
  }
  return factory;
}
