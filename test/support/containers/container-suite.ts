/** What every runtime of real containers does, on a daemon of the test's own. */

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeFactory } from '../../../src/runtimes/index.ts';
import type { ContainerSpec, Mount, PodSandboxSpec, ProcessStreams, Runtime } from '../../../src/runtimes/runtime.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import { silentLogger } from '../silent-logger.ts';
import { until } from '../until.ts';
import type { Daemon } from './daemon.ts';
import { BUSYBOX_IMAGE } from './image-tar.ts';

const NODE = 'node-a';

const podSpec = (more: Partial<PodSandboxSpec> = {}): PodSandboxSpec => ({
  ...{ uid: randomUUID(), namespace: 'default', name: 'web', nodeName: NODE, labels: {}, annotations: {} },
  ...{ nodeAnnotations: {}, hostNetwork: false, restartPolicy: 'Always' },
  ...more,
});
const containerSpec = (script: string, more: Partial<ContainerSpec> = {}): ContainerSpec => ({
  ...{ name: 'main', kind: 'main' as const, image: BUSYBOX_IMAGE, command: ['sh', '-c', script], args: [], env: [] },
  ...more,
});
/** A terminal's never ends by itself. */
async function* inputOf(text: string, tty: boolean): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
  if (tty) {
    await new Promise(() => undefined);
  }
}
/** Minds TERM at once, as a program should. */
const FOREVER = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done";

type Context = Omit<Parameters<RuntimeFactory>[0], 'states' | 'seed'>;

interface Suite {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly start: () => Promise<Daemon>;
  readonly create: (context: Context) => Runtime;
  /** As `info` names it. */
  readonly product: string;
  readonly outlivesDaemon: boolean;
}

export function describeContainers({ name, missing, start, create, product, outlivesDaemon }: Suite): void {
  const title = `${name}${missing === undefined ? '' : ` (${missing})`}`;
  describe.skipIf(missing !== undefined)(title, () => containers({ start, create, product, outlivesDaemon }));
}

function containers({ start, create, product, outlivesDaemon }: Omit<Suite, 'name' | 'missing'>): void {
  let containerd: Daemon;
  let runtime: Runtime;
  const mounts = new Map<string, readonly Mount[]>();
  const open = (): Runtime =>
    create({
      ...{
        name: 'cri',
        options: { ...containerd.options, hostPaths: [containerd.folder] },
        clock: systemClock,
        logger: silentLogger,
      },
      volumes: { mounts: async ({ uid }) => mounts.get(uid) ?? [] },
    });

  beforeAll(async () => {
    containerd = await start();
    runtime = open();
  });
  afterAll(async () => {
    for (const { uid } of await runtime.list()) {
      await remove(uid);
    }
    await runtime.close();
    await containerd.close();
  });

  const podIs = (uid: string, phase: string, name = 'main') =>
    until(
      async () => {
        const pod = await runtime.pod(uid);
        return pod?.containers.findLast((one) => one.name === name)?.state.phase === phase ? pod : undefined;
      },
      () => `container ${name} is not ${phase}`,
    );
  const make = async (spec: PodSandboxSpec): Promise<void> => {
    await runtime.ensurePod(spec);
    await until(async () => (await runtime.pod(spec.uid))?.sandbox === 'ready');
  };
  const run = async (script: string, spec = podSpec(), more: Partial<ContainerSpec> = {}): Promise<PodSandboxSpec> => {
    await make(spec);
    await runtime.startContainer(spec.uid, containerSpec(script, more), 0);
    return spec;
  };
  const remove = async (uid: string): Promise<void> => {
    await runtime.killPod(uid, 0);
    await until(async () => (await runtime.pod(uid))?.sandbox !== 'ready');
    await runtime.removePod(uid);
  };
  const text = async (chunks: AsyncIterable<Uint8Array> | undefined): Promise<string> => {
    let all = '';
    for await (const chunk of chunks ?? []) {
      all += Buffer.from(chunk).toString();
    }
    return all;
  };
  const logs = (uid: string, options = {}, signal = new AbortController().signal): Promise<string> =>
    text(runtime.streaming?.logs(uid, 'main', options, signal));
  const exec = async (uid: string, command: string[], input?: string, tty = false) => {
    const out = { stdout: '', stderr: '' };
    const streams: ProcessStreams = {
      stdin: input === undefined ? undefined : inputOf(input, tty),
      stdout: async (chunk) => {
        out.stdout += Buffer.from(chunk).toString();
      },
      stderr: async (chunk) => {
        out.stderr += Buffer.from(chunk).toString();
      },
      sizes: (async function* () {
        yield { width: 99, height: 42 };
      })(),
    };
    const code = await runtime.streaming?.exec(uid, 'main', { command, tty }, streams, new AbortController().signal);
    return { code, ...out };
  };

  it('sees mounts of its host within a volume, where it asks to', async () => {
    // Where the daemon sees what is mounted here.
    const folder = join(containerd.folder, 'pods-root/shared');
    await mkdir(folder);
    const spec = podSpec();
    const content = { kind: 'writable' as const, hostPath: folder };
    const at = { subPath: '', readOnly: true, content };
    mounts.set(spec.uid, [
      { volume: 'v', path: '/told', propagation: 'HostToContainer', ...at },
      { volume: 'v', path: '/alone', recursiveReadOnly: 'IfPossible', ...at },
    ]);
    await run(FOREVER, spec);
    await podIs(spec.uid, 'running');
    await mkdir(join(folder, 'late'));
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(folder, 'late')]);
    await writeFile(join(folder, 'late/file'), 'of the host');
    const seen = await exec(spec.uid, ['sh', '-c', 'cat /told/late/file; ls /alone/late']);
    execFileSync('umount', [join(folder, 'late')]);
    expect(seen).toMatchObject({ code: 0, stdout: 'of the host' });
    mounts.set(spec.uid, [{ volume: 'v', path: '/v', recursiveReadOnly: 'Enabled', ...at }]);
    const refused = runtime.startContainer(spec.uid, containerSpec(FOREVER, { name: 'other' }), 0);
    await expect(refused).rejects.toThrow('but it is not supported by the runtime');
    await remove(spec.uid);
  });

  it('says since when a sandbox is in the place of another', async () => {
    const spec = await run(FOREVER);
    const first = await podIs(spec.uid, 'running');
    expect(first?.remadeAt).toBeUndefined();
    await runtime.killPod(spec.uid, 0);
    await until(async () => (await runtime.pod(spec.uid))?.sandbox === 'stopped');
    await make(spec);
    await runtime.startContainer(spec.uid, containerSpec(FOREVER), 1);
    const { remadeAt = 0, containers = [] } = (await podIs(spec.uid, 'running')) ?? {};
    const starts = containers.map(({ state }) => (state.phase === 'created' ? 0 : state.startedAt));
    expect(starts).toHaveLength(2);
    expect(remadeAt).toBeGreaterThan(starts[0] ?? 0);
    expect(starts[1]).toBeGreaterThanOrEqual(remadeAt);
    await remove(spec.uid);
  });

  it('has no more processes than its pod may have', async () => {
    const script = 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); sleep 30 & done';
    const spec = await run(script, podSpec({ pidsLimit: 30 }));
    await podIs(spec.uid, 'exited');
    expect(await logs(spec.uid)).toMatch(/can't fork/);
    await remove(spec.uid);
  });

  it('says who it is, and that a socket nobody answers is not ready', async () => {
    expect(await runtime.info(NODE)).toMatchObject({ name: product, ready: true });
    const away = create({
      ...{ name: 'cri', options: { socket: '/tmp/nobody.sock', root: containerd.folder }, clock: systemClock },
      ...{ logger: silentLogger, volumes: { mounts: async () => [] } },
    });
    expect(await away.info(NODE)).toMatchObject({
      ready: false,
      reason: 'KubeletNotReady',
      message: expect.stringContaining('container runtime is down'),
    });
    await expect(away.list()).rejects.toMatchObject({ code: 'Unavailable' });
    await away.close();
  });

  it('runs a pod to its end and keeps its log, exit code and last words', async () => {
    const { uid } = await run('echo out; echo err >&2; echo bye > /dev/termination-log; exit 3', podSpec(), {
      terminationMessage: { path: '/dev/termination-log', policy: 'File' },
    });
    const pod = await podIs(uid, 'exited');
    expect(pod.containers[0]?.state).toMatchObject({ exitCode: 3, reason: 'Error', message: 'bye\n' });
    expect((await logs(uid)).split('\n').sort()).toEqual(['', 'err', 'out']);
    expect(await logs(uid, { tailLines: 1, timestamps: true })).toMatch(/^\d{4}-.*Z (out|err)\n$/);
    await remove(uid);
    expect(await runtime.pod(uid)).toBeUndefined();
  });

  it('adopts what runs, and starts no attempt twice', async () => {
    const spec = await run(FOREVER);
    const before = await podIs(spec.uid, 'running');
    const other = open();
    const adopted = await other.ensurePod(spec);
    const again = await other.startContainer(spec.uid, containerSpec(FOREVER), 0);
    expect(adopted.podIPs).toEqual(before.podIPs);
    expect(again.containers.map(({ id }) => id)).toEqual(before.containers.map(({ id }) => id));
    await other.close();
    await remove(spec.uid);
  });

  it('runs commands with stdin, a terminal and exit codes', async () => {
    const { uid } = await run(FOREVER);
    await podIs(uid, 'running');
    expect(await exec(uid, ['sh', '-c', 'echo hi; echo no >&2; exit 7'])).toEqual({
      code: 7,
      stdout: 'hi\n',
      stderr: 'no\n',
    });
    expect(await exec(uid, ['cat'], 'from outside')).toEqual({ code: 0, stdout: 'from outside', stderr: '' });
    const seen = await exec(
      uid,
      ['sh', '-c', 'until stty size 2>/dev/null | grep -q 42; do :; done; stty size'],
      '',
      true,
    );
    expect(seen).toMatchObject({ code: 0, stdout: '42 99\r\n' });
    // One has no exit code for it, the other prints why.
    const nothing = await exec(uid, ['nothing']).catch(({ message }: Error) => ({ stdout: message, stderr: '' }));
    expect(nothing.stdout + nothing.stderr).toContain('executable file not found in $PATH');
    await remove(uid);
  });

  it('forwards a port and probes it', async () => {
    const { uid } = await run('mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www');
    const pod = await podIs(uid, 'running');
    const host = pod.podIPs?.[0] ?? '';
    const call = {
      podUid: uid,
      container: 'main',
      purpose: 'readiness' as const,
      timeoutMs: 2_000,
      annotations: {},
      nodeAnnotations: {},
    };
    const signal = new AbortController().signal;
    const http = { kind: 'httpGet' as const, scheme: 'http' as const, host, port: 8080, path: '/', headers: [] };
    await until(async () => (await runtime.handlers?.run({ ...call, action: http }, signal))?.success === true);
    const gone = await runtime.handlers?.run({ ...call, action: { ...http, path: '/none' } }, signal);
    expect(gone).toEqual({ success: false, output: 'HTTP probe failed with statuscode: 404' });
    const shut = await runtime.handlers?.run({ ...call, action: { kind: 'tcpSocket', host, port: 9 } }, signal);
    expect(shut?.output).toBe(`dial tcp ${host}:9: connect: connection refused`);
    const command = (...words: string[]) =>
      runtime.handlers?.run({ ...call, timeoutMs: 1_000, action: { kind: 'exec', command: words } }, signal);
    expect(await command('sh', '-c', 'echo sick; exit 2')).toEqual({ success: false, output: 'sick\n', exitCode: 2 });
    expect(await command('sleep', '30')).toMatchObject({
      success: false,
      output: 'command timed out: "sleep 30" timed out after 1s',
    });
    let answer = '';
    const input = (async function* () {
      yield Buffer.from('GET / HTTP/1.0\r\n\r\n');
    })();
    await runtime.streaming?.portForward(
      uid,
      8080,
      {
        input,
        output: async (chunk) => {
          answer += Buffer.from(chunk).toString();
        },
      },
      signal,
    );
    expect(answer).toContain('hello');
    await remove(uid);
  });

  it('keeps what a pod asks of its security, name, name servers and volumes', async () => {
    const spec = podSpec({
      hostname: 'other',
      dns: { servers: ['10.96.0.10'], searches: ['svc.local'], options: ['ndots:5'] },
    });
    const content = (value: string): Mount['content'] => ({
      kind: 'files',
      files: [{ path: 'key', content: Buffer.from(value), mode: 0o444 }],
    });
    const at = { subPath: '', readOnly: false };
    mounts.set(spec.uid, [
      { volume: 'config', path: '/config', ...at, content: content('one') },
      { volume: 'scratch', path: '/scratch', ...at, content: { kind: 'writable' } },
    ]);
    const security = {
      runAsUser: 1000,
      runAsGroup: 2000,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { add: [], drop: ['ALL'] },
    };
    await run(FOREVER, spec, { security, env: [{ name: 'A', value: 'b' }] });
    await podIs(spec.uid, 'running');
    const said = async (script: string) => (await exec(spec.uid, ['sh', '-c', script])).stdout.trim();
    expect(await said('id -u; id -g; hostname; echo $A')).toBe('1000\n2000\nother\nb');
    expect(await said('cat /etc/resolv.conf')).toContain('nameserver 10.96.0.10');
    expect(await said('cat /config/key; touch /scratch/x && echo made; touch /y 2>&1')).toMatch(
      /^onemade\ntouch: .*Read-only/,
    );
    expect(await said("grep -E 'CapEff|NoNewPrivs' /proc/self/status")).toMatch(/CapEff:\s+0+\nNoNewPrivs:\s+1/);
    await expect(run(FOREVER, podSpec(), { security: { privileged: true } })).rejects.toThrow(
      'privileged containers are not allowed',
    );
    await expect(run(FOREVER, podSpec(), { security: { runAsNonRoot: true } })).rejects.toThrow(
      'container has runAsNonRoot and image will run as root',
    );
    await remove(spec.uid);
  });

  it('limits memory, says who was killed for it, resizes and measures', async () => {
    const { uid } = await run("sh -c 'head -c 100m /dev/zero | tail'", podSpec(), { memoryLimit: 32 * 2 ** 20 });
    const dead = await podIs(uid, 'exited');
    expect(dead.containers[0]?.state).toMatchObject({ reason: expect.stringMatching(/OOMKilled|Error/) });
    await runtime.startContainer(uid, containerSpec(FOREVER, { memoryLimit: 32 * 2 ** 20 }), 1);
    await podIs(uid, 'running');
    const limit = () => exec(uid, ['cat', '/sys/fs/cgroup/memory/memory.limit_in_bytes']);
    const resized = await runtime.resizing?.resize(uid, 'main', { memoryLimit: 64 * 2 ** 20 });
    expect(resized?.containers.at(-1)?.resources).toEqual({ memoryLimit: 64 * 2 ** 20 });
    expect((await limit()).stdout).toBe(`${64 * 2 ** 20}\n`);
    await until(async () => ((await runtime.stats?.usage({ podUid: uid, container: 'main' }, 0))?.memory ?? 0) > 0);
    await remove(uid);
  });

  it('counts what a container writes to its root file system and to its log', async () => {
    const script = `head -c 3m /dev/zero > /big; head -c 90k /dev/zero | tr '\\0' x; echo written; ${FOREVER}`;
    const { uid } = await run(script);
    await until(async () => (await logs(uid)).includes('written'));
    // One that has measured nothing yet.
    const other = open();
    const usage = await until(async () => {
      const seen = await other.stats?.usage({ podUid: uid, container: 'main' }, 0);
      return (seen?.rootfs?.bytes ?? 0) >= 3 * 2 ** 20 && seen;
    });
    expect(usage.logs?.bytes).toBeGreaterThanOrEqual(90 * 2 ** 10);
    expect(usage.ephemeralStorage).toBe((usage.rootfs?.bytes ?? 0) + (usage.logs?.bytes ?? 0));
    await other.close();
    await remove(uid);
  });

  it('tells of an exit, follows a log to its end and outlives a restart of the daemon', async () => {
    const listening = new AbortController();
    const told = new Set<string>();
    const listen = (async () => {
      for await (const { podUid } of runtime.events(listening.signal)) {
        told.add(podUid);
      }
    })();
    const { uid } = await run('for i in 1 2 3; do echo $i; sleep 1; done');
    expect(await logs(uid, { follow: true })).toBe('1\n2\n3\n');
    await until(() => told.has(uid));
    if (outlivesDaemon) {
      await restartDaemon(uid);
    }
    listening.abort();
    await listen;
    await remove(uid);
  });

  const restartDaemon = async (uid: string): Promise<void> => {
    await containerd.kill();
    expect(await runtime.info(NODE)).toMatchObject({ ready: false });
    await containerd.start();
    await until(async () => (await runtime.info(NODE)).ready);
    await until(async () => (await runtime.pod(uid))?.containers[0]?.state.phase === 'exited');
  };
}
