/**
 * The composition root: it and its rooms in `compose/` are all that names concrete parts. Builds what the configured
 * roles need, in order, and undoes it in reverse. Any number of processes of each role can run against one database.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { awaitNodes } from './bootstrap/await-nodes.ts';
import { prepareHome } from './bootstrap/home.ts';
import { seedFleet } from './bootstrap/seed-fleet.ts';
import { runStep, type StepReport } from './bootstrap/step.ts';
import { Teardown } from './bootstrap/teardown.ts';
import { announceEndpoints, startApi } from './compose/api.ts';
import { openCore } from './compose/core.ts';
import type { Process } from './compose/process.ts';
import { startWorkers } from './compose/workers.ts';
import type { Config } from './config/config.ts';
import type { Logger } from './logger.ts';
import { systemClock } from './timing/clock.ts';
import { LinkedController } from './timing/linked-controller.ts';
import { hashString, seededRandom } from './timing/random.ts';
import { unlessAborted } from './timing/unless-aborted.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly report: (step: StepReport) => void;
  /** Abandons the start; afterwards it begins the stop, which `stop()` completes. */
  readonly signal: AbortSignal;
}

export interface Flotilla {
  /** Of the API; undefined in a process without that role. */
  readonly url: string | undefined;
  readonly kubeconfigPath: string | undefined;
  /** Rejects when a part that the process cannot do without has ended by itself. Never resolves. */
  readonly failed: Promise<never>;
  /** Stops everything, in less than 5 s. */
  stop(): Promise<void>;
}

/** Throws StartupError when the operator can mend it; whatever was started by then is stopped again. */
export async function compose({ config, logger, report, signal }: ComposeOptions): Promise<Flotilla> {
  const teardown = new Teardown(logger);
  const stopping = new LinkedController(signal);
  // Every informer, recorder and runtime loop listens to it: more than ten is no leak.
  setMaxListeners(0, stopping.signal);
  const { promise: failed, reject: fail } = promiseWithReject();
  try {
    const home = await prepareHome(config.home);
    const self: Process = {
      ...{ config, logger, home, teardown, fail, clock: systemClock, signal: stopping.signal },
      // Two processes of one fleet must not draw the same jitter.
      random: seededRandom(config.seed ^ hashString(randomUUID())),
      step: (title, run) => runStep(title, () => unlessAborted(run(), stopping.signal), report, systemClock),
    };
    const core = await openCore(self);
    const hasApi = config.roles.includes('api');
    const api = hasApi ? await self.step('API', () => startApi(self, core)) : undefined;
    const apiPort = api === undefined ? undefined : Number(new URL(api.url).port || 443);
    const seed = { withFleet: config.seedFleet, now: systemClock.now(), apiPort };
    await self.step('Namespaces and first fleet', () => seedFleet(core.registry, seed));
    if (apiPort !== undefined) {
      await announceEndpoints(self, core, apiPort);
    }
    if (config.roles.some((role) => role !== 'api')) {
      await self.step('Workers', () => startWorkers(self, core));
    }
    if (config.roles.includes('worker') && config.roles.includes('controller')) {
      await self.step('Nodes', () => awaitNodes(core.registry, systemClock, stopping.signal));
    }
    teardown.add('signal', async () => stopping.abort());
    return { url: api?.url, kubeconfigPath: api?.kubeconfigPath, failed, stop: () => teardown.run() };
  } catch (error) {
    stopping.abort();
    await teardown.run();
    throw error;
  }
}

function promiseWithReject(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  // Whoever waits for it sees the rejection; until somebody does, it must not end the process.
  promise.catch(() => undefined);
  return { promise, reject };
}
