/** Where CRI-O differs from containerd, and runtimes that lie or hang. */
import { appendFile, mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeCrio, startFakeCrio } from '../../../test/support/containers/fake-crio.ts';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import { until } from '../../../test/support/until.ts';
import { systemClock } from '../../timing/clock.ts';
import { PodFolders } from '../pod-folders/pod-folders.ts';
import type { ContainerSpec, PodSandboxSpec, Runtime } from '../runtime.ts';
import { connectCri } from './client.ts';
import { createCriRuntime } from './cri-runtime.ts';
import { rotateLogs } from './upkeep.ts';

const spec: PodSandboxSpec = {
  ...{
    uid: 'uid-1',
    namespace: 'default',
    name: 'web',
    nodeName: 'n',
    labels: {},
    annotations: {},
    nodeAnnotations: {},
  },
  ...{ hostNetwork: false, restartPolicy: 'Always' },
};
const container: ContainerSpec = { name: 'main', kind: 'main', image: 'a:1', command: [], args: [], env: [] };

async function open(): Promise<{ fake: FakeCrio; runtime: Runtime; root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'flotilla-crio-'));
  const fake = await startFakeCrio(join(root, 'crio.sock'));
  const runtime = createCriRuntime({
    ...{ name: 'cri', options: { socket: fake.socket, root, cgroupParent: '' }, clock: systemClock },
    ...{ logger: silentLogger, volumes: { mounts: async () => [] } },
  });
  onTestFinished(async () => {
    await runtime.close();
    fake.stop();
    await rm(root, { recursive: true });
  });
  return { fake, runtime, root };
}
async function running(): Promise<Awaited<ReturnType<typeof open>>> {
  const opened = await open();
  await opened.runtime.ensurePod(spec);
  await opened.runtime.startContainer(spec.uid, container, 0);
  return opened;
}

describe('CRI-O', () => {
  it('is told what image the user wrote, and has its log folder made', async () => {
    const { fake, runtime, root } = await running();
    const { request } = fake.calls.find(({ method }) => method === 'CreateContainer') ?? {};
    expect(request?.config).toMatchObject({
      image: { image: 'abc', user_specified_image: 'a:1' },
      log_path: 'main/0.log',
    });
    expect(await readdir(join(root, 'pods/uid-1/logs'))).toEqual(['main']);
    expect(await runtime.info('n')).toMatchObject({ name: 'cri-o', version: '1.34.0', ready: true });
  });

  it('answers a command that took too long with -1', async () => {
    const { fake, runtime } = await running();
    fake.execSync = { exit_code: -1 };
    const call = { podUid: spec.uid, container: 'main', purpose: 'liveness' as const, timeoutMs: 1_000 };
    const action = { kind: 'exec' as const, command: ['sleep', '9'] };
    const signal = new AbortController().signal;
    expect(await runtime.handlers?.run({ ...call, action, annotations: {}, nodeAnnotations: {} }, signal)).toEqual({
      ...{ success: false, output: 'command timed out: "sleep 9" timed out after 1s' },
    });
  });

  it('has containers stopped before their sandbox', async () => {
    const { fake, runtime } = await running();
    await runtime.killPod(spec.uid, 0);
    await until(async () => (await runtime.pod(spec.uid))?.sandbox === 'stopped');
    const stops = fake.calls.map(({ method }) => method).filter((method) => method.startsWith('Stop'));
    expect(stops).toEqual(['StopContainer', 'StopPodSandbox']);
    await runtime.removePod(spec.uid);
    expect(await runtime.list()).toEqual([]);
  });

  it('is rid of ended attempts with their logs, older sandboxes and folders of nobody, and of nothing else', async () => {
    const { fake, runtime, root } = await running();
    const logs = join(root, 'pods/uid-1/logs/main');
    await mkdir(logs, { recursive: true });
    for (const name of ['0.log', '0.log.20260101000000', '1.log', '10.log']) {
      await appendFile(join(logs, name), 'x');
    }
    const old = new Date(Date.now() - 120_000);
    for (const uid of ['nobody', 'being-made']) {
      await mkdir(join(root, 'pods', uid));
    }
    await utimes(join(root, 'pods/nobody'), old, old);
    const { collecting } = runtime;
    await collecting?.removeContainer(spec.uid, 'main', 0);
    const removed = () => fake.calls.map(({ method }) => method).filter((method) => method.startsWith('Remove'));
    expect(removed()).toEqual([]);
    await runtime.killPod(spec.uid, 0);
    await until(async () => (await runtime.pod(spec.uid))?.sandbox === 'stopped');
    await runtime.ensurePod(spec);
    await runtime.startContainer(spec.uid, container, 1);
    // The ended attempt is in it.
    await collecting?.removeLeftovers();
    expect(removed()).toEqual([]);
    await collecting?.removeContainer(spec.uid, 'main', 0);
    await collecting?.removeLeftovers();
    expect(removed()).toEqual(['RemoveContainer', 'RemovePodSandbox']);
    expect((await readdir(logs)).sort()).toEqual(['1.log', '10.log']);
    expect((await readdir(join(root, 'pods'))).sort()).toEqual(['being-made', 'uid-1']);
    expect(await runtime.pod(spec.uid)).toMatchObject({ sandbox: 'ready', containers: [{ attempt: 1 }] });
  });

  it('is asked once for all folders of its pods, and a folder that is none of a pod keeps no other', async () => {
    const { fake, runtime, root } = await running();
    for (let at = 2; at < 10; at += 1) {
      await runtime.ensurePod({ ...spec, uid: `uid-${at}`, name: `web-${at}` });
      await mkdir(join(root, `pods/uid-${at}`), { recursive: true });
    }
    const old = new Date(Date.now() - 120_000);
    // Between names that come before it and after it.
    for (const name of ['#a', 'lost+found', 'nobody', '~z', 'zero']) {
      await mkdir(join(root, 'pods', name));
      await utimes(join(root, 'pods', name), old, old);
    }
    fake.calls.length = 0;
    await runtime.collecting?.removeLeftovers();
    // One for all, and one more for each of the two leftovers.
    expect(fake.calls.filter(({ method }) => method === 'ListPodSandbox').length).toBe(3);
    const left = (await readdir(join(root, 'pods'))).filter((name) => !name.startsWith('uid-'));
    expect(left.sort()).toEqual(['#a', 'lost+found', '~z']);
  });

  it('finds a rotated log renamed before it is told to open it anew', async () => {
    const { fake, root } = await running();
    const folder = join(root, 'pods/uid-1/logs/main');
    await mkdir(folder, { recursive: true });
    await appendFile(join(folder, '0.log'), 'x'.repeat(100));
    const client = connectCri(fake.socket);
    const { containers } = await client.call('ListContainers', {});
    const host = { client, folders: new PodFolders(root, { hostPaths: [] }), clock: systemClock };
    const limits = { maxBytes: 10, maxFiles: 2 };
    await rotateLogs(host, { uid: spec.uid, containers }, limits);
    client.close();
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^0\.log\.\d{14}$/)]);
    expect(fake.calls.at(-1)?.method).toBe('ReopenContainerLog');
  });
});

describe('a runtime', () => {
  it('that lists everything twice has one of each', async () => {
    const { fake, runtime } = await running();
    fake.repeats = true;
    const pods = await runtime.list();
    expect(pods.map(({ containers }) => containers.length)).toEqual([1]);
  });

  it('that hangs is not ready after a deadline', async () => {
    const { fake, runtime } = await open();
    fake.hangs = 'Status';
    expect(await runtime.info('n')).toMatchObject({
      ready: false,
      message: expect.stringContaining('DeadlineExceeded'),
    });
  });

  it('is not asked to start the same attempt twice, also at the same moment', async () => {
    const { fake, runtime } = await open();
    await Promise.all([runtime.ensurePod(spec), runtime.ensurePod(spec)]);
    const start = () => runtime.startContainer(spec.uid, container, 0);
    await Promise.all([start(), start()]);
    await start();
    const count = (name: string): number => fake.calls.filter(({ method }) => method === name).length;
    expect([count('RunPodSandbox'), count('CreateContainer'), count('StartContainer')]).toEqual([1, 1, 1]);
  });
});
