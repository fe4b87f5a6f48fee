/** How the cri runtime learns of a container's end: by the event stream, or by lists where there is none. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectCri } from '../../../src/runtimes/cri/client.ts';
import { createCriRuntime } from '../../../src/runtimes/cri/cri-runtime.ts';
import type { Runtime } from '../../../src/runtimes/runtime.ts';
import { type Clock, systemClock } from '../../../src/timing/clock.ts';
import { type Containerd, startContainerd } from '../../support/containers/containerd.ts';
import { BUSYBOX_IMAGE } from '../../support/containers/image-tar.ts';
import { missingContainerd, missingNewContainerd, NEW_CONTAINERD } from '../../support/containers/requirements.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';

/** Its pauses never end by themselves: nothing is ever listed a second time. */
const noLists: Clock = {
  ...systemClock,
  sleep: (_, signal) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true })),
};

/** The uids that it tells of from now on. */
function listen(runtime: Runtime): Set<string> {
  const over = new AbortController();
  const told = new Set<string>();
  const listening = (async () => {
    for await (const { podUid } of runtime.events(over.signal)) {
      told.add(podUid);
    }
  })();
  onTestFinished(async () => {
    over.abort();
    await listening;
  });
  return told;
}

async function open(clock: Clock, programs?: string): Promise<{ containerd: Containerd; runtime: Runtime }> {
  const containerd = await startContainerd(programs);
  onTestFinished(() => containerd.close());
  const runtime = createCriRuntime({
    ...{ name: 'cri', options: containerd.options, clock, logger: silentLogger },
    volumes: { mounts: async () => [] },
  });
  onTestFinished(() => runtime.close());
  return { containerd, runtime };
}

async function seesAnEnd(runtime: Runtime): Promise<void> {
  const told = listen(runtime);
  const uid = randomUUID();
  const phase = async (): Promise<string | undefined> => (await runtime.pod(uid))?.containers.at(-1)?.state.phase;
  await runtime.ensurePod({
    ...{ uid, namespace: 'default', name: 'web', nodeName: 'n', labels: {}, annotations: {}, nodeAnnotations: {} },
    ...{ hostNetwork: false, restartPolicy: 'Never' },
  });
  const command = ['sh', '-c', 'until [ -e /end ]; do sleep 0.1; done; exit 3'];
  const container = { name: 'main', kind: 'main' as const, image: BUSYBOX_IMAGE, command, args: [], env: [] };
  await runtime.startContainer(uid, container, 0);
  await until(async () => (await phase()) === 'running');
  // The sandbox and the start are news too.
  await until(() => told.has(uid));
  const streams = {
    ...{ stdin: undefined, stdout: async () => undefined, stderr: async () => undefined },
    sizes: (async function* () {
      yield { width: 80, height: 24 };
    })(),
  };
  const signal = new AbortController().signal;
  await runtime.streaming?.exec(
    uid,
    'main',
    { command: ['sh', '-c', 'sleep 1; echo > /end'], tty: false },
    streams,
    signal,
  );
  told.clear();
  await until(async () => told.has(uid) && (await phase()) === 'exited');
  await runtime.killPod(uid, 0);
  await until(async () => (await runtime.pod(uid))?.sandbox !== 'ready');
  await runtime.removePod(uid);
}

describe('a container that ends', () => {
  const newer = missingContainerd ?? missingNewContainerd;
  it.skipIf(newer !== undefined)(
    `is told by GetContainerEvents, without a list (${newer ?? 'containerd 1.7'})`,
    async () => {
      await seesAnEnd((await open(noLists, NEW_CONTAINERD)).runtime);
    },
  );

  it.skipIf(missingContainerd !== undefined)(
    `is seen in the next list where GetContainerEvents is not there (${missingContainerd ?? 'containerd 1.6'})`,
    async () => {
      const { containerd, runtime } = await open(systemClock);
      const client = connectCri(containerd.socket);
      onTestFinished(() => client.close());
      const first = client.events(new AbortController().signal)[Symbol.asyncIterator]().next();
      await expect(first).rejects.toMatchObject({
        code: 'Unsupported',
        message: expect.stringContaining('Unimplemented'),
      });
      await seesAnEnd(runtime);
    },
  );
});
