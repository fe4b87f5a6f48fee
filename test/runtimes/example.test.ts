/** The runtime of docs/runtimes.md, as a third party would run the suite on it. */
import { resolve } from 'node:path';
import type { RuntimeContext } from '../../src/runtimes/index.ts';
import { createRuntimes } from '../../src/runtimes/index.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { MemoryStates, noVolumes } from '../support/kubelet-world.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { conformanceSuite } from './conformance-suite.ts';

const module = resolve(import.meta.dirname, '../../examples/runtime/processes.js');
const shared: Omit<RuntimeContext, 'name' | 'options'> = {
  ...{ states: new MemoryStates(), volumes: noVolumes, seed: 1, clock: systemClock, logger: silentLogger },
};
conformanceSuite('example', {
  open: async () => {
    const runtime = (await createRuntimes({ mine: { module, options: {} } }, shared)).get('mine');
    if (runtime === undefined) {
      throw new Error('the example did not open');
    }
    return runtime;
  },
});
