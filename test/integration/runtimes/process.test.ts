/** Processes of this host: what only they can show. */
import { chmod, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { findCgroups } from '../../../src/runtimes/process/cgroups.ts';
import { startTicks } from '../../../src/runtimes/process/proc.ts';
import { createProcessRuntime } from '../../../src/runtimes/process/process-runtime.ts';
import type { ContainerSpec, HandlerCall, Runtime } from '../../../src/runtimes/runtime.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { missingNetworks } from '../../support/containers/requirements.ts';
import { noVolumes } from '../../support/kubelet-world.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';

const IMAGE = 'host/tools:1';
const UID = 'a-pod';
const SANDBOX = {
  ...{ uid: UID, namespace: 'default', name: 'pod', nodeName: 'n1', labels: {}, annotations: {} },
  ...{ nodeAnnotations: {}, hostNetwork: false, restartPolicy: 'Always' },
};
const cgroups = await findCgroups();

let root = '';
let runtime: Runtime;
const open = (more: object = {}) =>
  createProcessRuntime({
    ...{ name: 'process', volumes: noVolumes, clock: systemClock, logger: silentLogger },
    options: { root, images: { [IMAGE]: {} }, allowedPaths: ['/bin', '/usr/bin'], ...more },
  });
const container = (script: string, more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  ...{ name: 'main', kind: 'main', image: IMAGE, command: ['sh', '-c', script], args: [], env: [] },
  ...more,
});
const state = async () => (await runtime.pod(UID))?.containers.at(-1)?.state;
const exited = () =>
  until(async () => {
    const now = await state();
    return now?.phase === 'exited' ? now : undefined;
  });
async function log(): Promise<string> {
  let text = '';
  for await (const chunk of runtime.streaming!.logs(UID, 'main', {}, new AbortController().signal)) {
    text += Buffer.from(chunk).toString();
  }
  return text;
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flotilla-process-'));
  runtime = await open();
  await runtime.ensurePod(SANDBOX);
});
afterEach(async () => {
  await runtime.killPod(UID, 0);
  await runtime.removePod(UID);
  await runtime.close();
  await rm(root, { recursive: true, force: true });
});

describe.skipIf(cgroups === undefined)('with cgroups, which this process must be allowed to make', () => {
  it('a program that takes more memory than its limit is OOMKilled', async () => {
    const limits = { memoryLimit: 24 * 1024 * 1024 };
    await runtime.startContainer(UID, container('x=x; while :; do x=$x$x; done', limits), 0);
    expect(await exited()).toMatchObject({ exitCode: 137, reason: 'OOMKilled', signal: 9 });
  });

  it('what it uses is counted, and no processes are left when it is removed', async () => {
    await runtime.startContainer(UID, container('while :; do :; done'), 0);
    const usage = () => runtime.stats!.usage({ podUid: UID, container: 'main' }, Date.now());
    await until(async () => ((await usage())?.cpu ?? 0) > 50);
    expect((await usage())?.memory).toBeGreaterThan(0);
    await runtime.removePod(UID);
    expect(await runtime.pod(UID)).toBeUndefined();
  });
});

describe('a keeper that is killed', () => {
  const killKeeper = async (): Promise<number> => {
    const file = join(root, 'pods', UID, 'runs/main/0/state.json');
    const { shimPid, pid } = JSON.parse(await readFile(file, 'utf8')) as { shimPid: number; pid: number };
    process.kill(shimPid, 'SIGKILL');
    return pid;
  };
  beforeEach(() => runtime.startContainer(UID, container('while :; do sleep 1; done'), 0));

  it('takes nothing with it that is not told', async () => {
    const pid = await killKeeper();
    expect(await exited()).toMatchObject({ exitCode: 137, message: 'its keeper was killed' });
    await runtime.killPod(UID, 0);
    await until(() => startTicks(pid) === undefined);
  });

  it('is not waited for when it dies with an order', async () => {
    const pid = await killKeeper();
    // At once, and more than once: its socket may take orders that nobody reads.
    await until(async () => {
      await runtime.killPod(UID, 0);
      return startTicks(pid) === undefined;
    });
  });

  it('leaves nothing running beside the next attempt', async () => {
    const pid = await killKeeper();
    await exited();
    await runtime.startContainer(UID, container('while :; do sleep 1; done'), 1);
    await until(() => startTicks(pid) === undefined);
    expect(await state()).toMatchObject({ phase: 'running' });
  });
});

it('what a program leaves behind ends with it', async () => {
  await runtime.startContainer(UID, container('sleep 1000 & echo $!; exit 0'), 0);
  await exited();
  const left = Number(await log());
  expect(left).toBeGreaterThan(1);
  await until(() => startTicks(left) === undefined);
});

it('a log is rotated, and so many files are kept', async () => {
  await runtime.close();
  runtime = await open({ maxLogBytes: 2_000, maxLogFiles: 3 });
  await runtime.startContainer(UID, container('for i in $(seq 1 400); do echo "line $i"; done'), 0);
  await exited();
  const files = await readdir(join(root, 'pods', UID, 'logs/main'));
  expect(files.sort()).toEqual(['0.log', '0.log.1', '0.log.2']);
  expect(await log()).toContain('line 400\n');
});

it.skipIf(userInfo().uid !== 0)('runs as an allowed user, with no more than that user may (needs root)', async () => {
  await runtime.close();
  runtime = await open({ allowedUsers: [0, 65_534] });
  const security = { runAsUser: 65_534, allowPrivilegeEscalation: false };
  const script = 'id -u; id -G; ls "$1" 2>&1; ls "$2" 2>&1; grep NoNewPrivs /proc/self/status';
  const args = ['sh', join(root, 'pods'), join(root, 'sockets')];
  await runtime.startContainer(UID, { ...container(script, { security }), args }, 0);
  await exited();
  const text = await log();
  expect(text).toMatch(/^65534\n65534\n/);
  expect(text.match(/Permission denied/g)).toHaveLength(2);
  expect(text).toMatch(/NoNewPrivs:\t1/);
});

it('names that would leave the folder are refused', async () => {
  for (const name of ['../x', 'a/b', '.', '']) {
    await expect(runtime.startContainer(UID, container('true', { name }), 0)).rejects.toThrow('no name of a container');
  }
  await expect(runtime.ensurePod({ ...SANDBOX, uid: '../../x' })).rejects.toThrow('cannot be a folder');
});

const missing = missingNetworks === undefined ? '' : ` (${missingNetworks})`;
describe.skipIf(missing !== '')(`pods with a network of their own${missing}`, () => {
  const OTHER = 'other-pod';
  const serve = `mkdir -p /tmp/$WWW && echo $WWW > /tmp/$WWW/index.html && exec busybox httpd -f -p 8099 -h /tmp/$WWW`;
  const signal = new AbortController().signal;
  const env = (value: string) => ({ env: [{ name: 'WWW', value: `flotilla-${process.pid}-${value}` }] });
  const begin = async (uid: string, more: Partial<ContainerSpec> = env(uid), sandbox: object = {}): Promise<void> => {
    await runtime.ensurePod({ ...SANDBOX, uid, ...sandbox });
    await runtime.startContainer(uid, container(serve, more), 0);
    await until(async () => (await runtime.pod(uid))?.containers[0]?.state.phase === 'running');
  };
  const probe = (podUid: string, action: HandlerCall['action']) => {
    const call = { podUid, container: 'main', purpose: 'liveness' as const, action, timeoutMs: 2_000 };
    return runtime.handlers!.run({ ...call, annotations: {}, nodeAnnotations: {} }, signal);
  };
  const [host, port] = ['127.0.0.1', 8_099];
  const page = { kind: 'httpGet', scheme: 'http', host, port, path: '/', headers: [] } as const;
  const exec = async (uid: string, script: string): Promise<string> => {
    let text = '';
    const stdout = async (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString();
    };
    const streams = { stdin: undefined, stdout, stderr: stdout, sizes: Readable.from([]) };
    await runtime.streaming!.exec(uid, 'main', { command: ['sh', '-c', script], tty: false }, streams, signal);
    return text;
  };

  beforeEach(async () => {
    await runtime.close();
    runtime = await open({ isolation: 'network', allowedUsers: [0, 65_534] });
    await runtime.removePod(UID);
  });
  afterEach(async () => {
    await runtime.killPod(OTHER, 0);
    await runtime.removePod(OTHER);
    for (const uid of [UID, OTHER]) {
      await rm(`/tmp/flotilla-${process.pid}-${uid}`, { recursive: true, force: true });
    }
  });

  it('listen on one port side by side, and are reached within, also by a worker that comes later', async () => {
    await begin(UID);
    await begin(OTHER);
    await runtime.close();
    runtime = await open({ isolation: 'network' });
    for (const uid of [UID, OTHER]) {
      await until(async () => (await probe(uid, page)).output.includes(uid));
      expect(await probe(uid, { kind: 'tcpSocket', host, port })).toEqual({ success: true, output: '' });
      let answer = '';
      const input = (async function* () {
        yield Buffer.from('GET / HTTP/1.0\r\n\r\n');
      })();
      const output = async (chunk: Uint8Array) => {
        answer += Buffer.from(chunk).toString();
      };
      await runtime.streaming!.portForward(uid, port, { input, output }, signal);
      expect(answer).toContain(uid);
      expect(await exec(uid, `busybox wget -qO- http://127.0.0.1:${port}/; grep -c : /proc/net/dev`)).toMatch(
        new RegExp(`-${uid}\n1\n$`),
      );
    }
    const nobody = await probe(UID, { kind: 'tcpSocket', host, port: 1 });
    expect(nobody.output).toBe('dial tcp 127.0.0.1:1: connect: connection refused');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });

  it('keep it over a restart of a container, and what else is theirs ends with them', async () => {
    await begin(UID);
    const network = () => exec(UID, 'readlink /proc/self/ns/net');
    const before = await network();
    await runtime.stopContainer(UID, 'main', 0);
    await exited();
    const forward = { input: Readable.from([]), output: async () => undefined };
    await expect(runtime.streaming!.portForward(UID, port, forward, signal)).rejects.toThrow('no container of pod');
    await runtime.startContainer(UID, container(serve, env(UID)), 1);
    await until(async () => (await state())?.phase === 'running');
    expect(await network()).toBe(before);
    const mounts = () => readFile('/proc/self/mounts', 'utf8');
    expect(await mounts()).toContain(join(root, 'pods', UID, 'network'));
    await runtime.killPod(UID, 0);
    await runtime.removePod(UID);
    expect(await mounts()).not.toContain(root);
    expect(await readdir(join(root, 'pods'))).toEqual([]);
  });

  it('leave the host its own where they ask for it', async () => {
    await begin(UID, { ...env(UID), command: ['sleep', '100'] }, { hostNetwork: true });
    expect(await exec(UID, 'readlink /proc/self/ns/net')).toBe(`${await readlink('/proc/self/ns/net')}\n`);
  });

  it("are entered as the container's user", async () => {
    const security = { runAsUser: 65_534 };
    await begin(UID, { ...env(UID), command: ['sleep', '100'], security });
    expect(await exec(UID, 'id -u; grep -c : /proc/net/dev')).toBe('65534\n1\n');
  });

  it('are refused where none can be made, before anything is started', async () => {
    const programs = await mkdtemp(join(tmpdir(), 'flotilla-programs-'));
    onTestFinished(() => rm(programs, { recursive: true }));
    await writeFile(
      join(programs, 'unshare'),
      '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2; exit 1\n',
    );
    await chmod(join(programs, 'unshare'), 0o755);
    vi.stubEnv('PATH', `${programs}:${process.env['PATH']}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    await expect(open({ isolation: 'network' })).rejects.toThrow(
      'runtime "process": isolation "network": no network of its own can be made for a pod here: unshare: unshare failed: Operation not permitted',
    );
  });
});
