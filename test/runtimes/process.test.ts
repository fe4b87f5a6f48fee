import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { createProcessRuntime } from '../../src/runtimes/process/process-runtime.ts';
import { systemClock } from '../../src/timing/clock.ts';
import { missingNetworks } from '../support/containers/requirements.ts';
import { freePort } from '../support/free-port.ts';
import { noVolumes } from '../support/kubelet-world.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { conformanceSuite } from './conformance-suite.ts';

const IMAGE = 'host/tools:1';
let root = '';
const port = await freePort();
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'flotilla-process-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const suite = (title: string, isolation: string): void =>
  conformanceSuite(title, {
    image: IMAGE,
    port,
    open: async () => {
      const options = { root, isolation, images: { [IMAGE]: {} }, allowedPaths: ['/bin', '/usr/bin'] };
      const shared = { name: 'process', volumes: noVolumes, clock: systemClock, logger: silentLogger };
      return createProcessRuntime({ ...shared, options });
    },
  });

suite('process', 'none');
describe.skipIf(userInfo().uid !== 0)('with namespaces, which need root', () => suite('process', 'namespaces'));
describe.skipIf(missingNetworks !== undefined)(
  `with a network for each pod${missingNetworks === undefined ? '' : ` (${missingNetworks})`}`,
  () => suite('process', 'network'),
);
