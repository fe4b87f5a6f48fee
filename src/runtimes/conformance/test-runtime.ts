/** The suite for one runtime by its name or module, outside of any fleet: what `flotilla runtime-test` runs. */
import type { Logger } from '../../logger.ts';
import type { Clock } from '../../timing/clock.ts';
import { BUILT_IN_NAMES, createRuntimes } from '../index.ts';
import type { ConformanceResult } from './case.ts';
import { conformanceTarget } from './conformance-target.ts';
import { memoryStates } from './memory-states.ts';
import { CONFORMANCE_CASES, runCase } from './run-conformance.ts';

export interface RuntimeUnderTest {
  /** A built-in runtime's name, or a module. */
  readonly runtime: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly image?: string;
  /** Run only the cases whose names hold this. */
  readonly filter?: string;
  /** Begins the uids of the pods; unique on the host. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells of each case as it ends. Throws StartupError when there is no such runtime. */
export async function* testRuntime(test: RuntimeUnderTest): AsyncIterable<ConformanceResult> {
  const { runtime, options, image, filter = '', clock, logger } = test;
  const isModule = !BUILT_IN_NAMES.includes(runtime);
  const name = isModule ? 'tested' : runtime;
  const settings = { [name]: { options, ...(isModule ? { module: runtime } : {}) } };
  const shared = { states: memoryStates(), volumes: { mounts: async () => [] }, seed: 1, clock, logger };
  const target = conformanceTarget({
    open: async () => {
      const opened = (await createRuntimes(settings, shared)).get(name);
      if (opened === undefined) {
        throw new Error(`runtime ${name} did not open`);
      }
      return opened;
    },
    clock,
    ...(image === undefined ? {} : { image }),
  });
  let count = 0;
  for (const one of CONFORMANCE_CASES.filter((each) => each.name.includes(filter))) {
    count += 1;
    yield await runCase(one, target, `${test.prefix}-${count}`);
  }
}
