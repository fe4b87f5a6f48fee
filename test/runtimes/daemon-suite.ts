/** The conformance suite on a runtime that needs a daemon, which is started for it and stopped after it. */
import { afterAll, beforeAll, describe } from 'vitest';
import type { RuntimeFactory } from '../../src/runtimes/index.ts';
import type { Runtime } from '../../src/runtimes/runtime.ts';
import { systemClock } from '../../src/timing/clock.ts';
import type { Daemon } from '../support/containers/daemon.ts';
import { BUSYBOX_IMAGE } from '../support/containers/image-tar.ts';
import { MemoryStates, noVolumes } from '../support/kubelet-world.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { conformanceSuite } from './conformance-suite.ts';

interface DaemonSuite {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly start: () => Promise<Daemon>;
  readonly create: RuntimeFactory;
}

/** The image was loaded from a file: what is there counts as pulled. */
const withoutRegistry = (runtime: Runtime): Runtime => ({
  ...runtime,
  images: {
    status: (...args) => runtime.images.status(...args),
    list: (node) => runtime.images.list(node),
    remove: (...args) => runtime.images.remove(...args),
    async pull(node, image, uid) {
      const state = await runtime.images.status(node, image);
      return state.state === 'present' ? state : runtime.images.pull(node, image, uid);
    },
  },
});

export function daemonSuite({ name, missing, start, create }: DaemonSuite): void {
  describe.skipIf(missing !== undefined)(`${name}${missing === undefined ? '' : ` (${missing})`}`, () => {
    let daemon: Daemon | undefined;
    beforeAll(async () => {
      daemon = await start();
    });
    afterAll(() => daemon?.close());
    const shared = {
      states: new MemoryStates(),
      volumes: noVolumes,
      seed: 1,
      clock: systemClock,
      logger: silentLogger,
    };
    conformanceSuite(name, {
      image: BUSYBOX_IMAGE,
      open: async () =>
        withoutRegistry(await create({ ...shared, name, options: { ...daemon?.options, collectImages: true } })),
      skips: { 'images: a removed one is absent and can be pulled again': 'no registry serves the image here' },
    });
  });
}
