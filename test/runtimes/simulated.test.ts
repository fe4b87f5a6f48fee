import { createSimulatedRuntime } from '../../src/runtimes/simulated/simulated-runtime.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { MemoryStates, noVolumes } from '../support/kubelet-world.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { conformanceSuite } from './conformance-suite.ts';

const states = new MemoryStates();
const shared = { states, volumes: noVolumes, seed: 1, clock: systemClock, logger: silentLogger };
conformanceSuite('simulated', {
  open: async () => createSimulatedRuntime({ ...shared, name: 'simulated' }),
});
