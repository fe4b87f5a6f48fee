/** A containerd of the test's own: network and mount namespace, root, state, socket and CNI configuration; stopped by pid. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeCgroupTree } from '../../../src/runtimes/cri/cgroups.ts';
import { until } from '../until.ts';
import type { Daemon, OciRuntime } from './container-suite.ts';
import { imageTar, PAUSE_IMAGE } from './image-tar.ts';
import { createNetwork, type TestNetwork } from './network.ts';

const run = promisify(execFile);

export interface Containerd extends Daemon {
  readonly socket: string;
  readonly network: TestNetwork;
  /** No container of the handler `gated` is made until it is opened; sandboxes are. */
  shutGate(): Promise<Gate>;
}

export interface Gate {
  /** Whether a container is being made. */
  isReached(): boolean;
  open(): Promise<void>;
}

const configOf = (folder: string, { address }: TestNetwork): string => `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${folder}/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "${address}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${folder}/certs.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]
        BinaryName = "/usr/bin/crun"
        SystemdCgroup = false
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.gated]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.gated.options]
        BinaryName = "${folder}/gated-runc"
        SystemdCgroup = false
`;

const gatedRunc = (folder: string): string => `#!/bin/sh
before= bundle=
for word in "$@"; do
  [ "$before" = --bundle ] && bundle=$word
  before=$word
done
if [ -e ${folder}/shut ] && grep -qs '"io.kubernetes.cri.container-type":"container"' "$bundle/config.json"; then
  : > ${folder}/reached
  while [ -e ${folder}/shut ]; do sleep 0.1; done
fi
exec runc "$@"
`;

const cniOf = ({ podCidr }: TestNetwork, folder: string): string =>
  JSON.stringify({
    cniVersion: '0.4.0',
    name: 'flotilla',
    plugins: [
      {
        ...{ type: 'bridge', bridge: 'cni0', isGateway: true },
        ipam: {
          ...{ type: 'host-local', dataDir: `${folder}/ipam`, ranges: [[{ subnet: podCidr }]] },
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  });

/** `programs`: a folder with another containerd than the installed one. */
export async function startContainerd(programs?: string): Promise<Containerd> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-containerd-'));
  const network = createNetwork();
  const socket = `${folder}/containerd.sock`;
  await mkdir(`${folder}/cni`);
  await shareMounts(`${folder}/pods-root`);
  await writeFile(`${folder}/config.toml`, configOf(folder, network));
  await writeFile(`${folder}/cni/10-flotilla.conflist`, cniOf(network, folder));
  await writeFile(`${folder}/images.tar`, await imageTar());
  await writeFile(`${folder}/gated-runc`, gatedRunc(folder), { mode: 0o755 });
  const cgroupParent = `/flotilla-${process.pid}`;
  let daemon: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // crun reads the mounts and takes the second hierarchy for version 2.
    const command = `umount /sys/fs/cgroup/unified 2>/dev/null; exec containerd -c ${folder}/config.toml`;
    const words = [
      `--net=/run/netns/${network.name}`,
      'unshare',
      '-m',
      '--propagation',
      // What the kubelet mounts for pods is to be seen there.
      'slave',
      'sh',
      '-c',
      command,
    ];
    const path = [...(programs === undefined ? [] : [programs]), process.env['PATH']].join(':');
    daemon = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, PATH: path } });
    daemon.stderr?.pipe(createWriteStream(`${folder}/containerd.log`, { flags: 'a' }));
    const ctr = (...args: string[]) => run('ctr', ['-a', socket, '-n', 'k8s.io', ...args]);
    await until(
      async () =>
        ctr('version').then(
          () => true,
          () => false,
        ),
      () => 'containerd does not answer',
    );
    await ctr('images', 'import', `${folder}/images.tar`);
  };
  const kill = async (): Promise<void> => {
    if (daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      const exited = new Promise((resolve) => daemon?.once('exit', resolve));
      daemon.kill('SIGKILL');
      await exited;
    }
  };
  await start();
  return {
    ...{ folder, socket, network, kill, start },
    ...{ address: network.address, hostAddress: network.hostAddress },
    shutGate: () => shutGate(folder),
    ociRuntimeOf: (id) => ociRuntimeOf(`/run/containerd/runc/k8s.io/${id}`),
    trustRegistry: (host) => trustRegistry(folder, host),
    options: { socket, root: `${folder}/pods-root`, cgroupParent },
    async close() {
      await kill();
      await endShims(folder);
      network.remove();
      await unmountAll(folder);
      await rm(folder, { recursive: true, force: true });
      await removeCgroupTree(cgroupParent);
    },
  };
}

async function shutGate(folder: string): Promise<Gate> {
  await rm(`${folder}/reached`, { force: true });
  await writeFile(`${folder}/shut`, '');
  return { isReached: () => existsSync(`${folder}/reached`), open: () => rm(`${folder}/shut`, { force: true }) };
}

/** Of the folder where it keeps the container's state: runc calls its file so, and crun another. */
export async function ociRuntimeOf(folder: string): Promise<OciRuntime | undefined> {
  const files: readonly string[] = await readdir(folder).catch(() => []);
  return files.includes('state.json') ? 'runc' : files.includes('status') ? 'crun' : undefined;
}

/** Read at each pull. */
async function trustRegistry(folder: string, host: string): Promise<void> {
  await mkdir(`${folder}/certs.d/${host}`, { recursive: true });
  await writeFile(
    `${folder}/certs.d/${host}/hosts.toml`,
    `[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n`,
  );
}

/** What is mounted below it later reaches the daemon's namespace, as on a host whose mounts are shared. */
export async function shareMounts(folder: string): Promise<void> {
  await mkdir(folder);
  await run('mount', ['--bind', folder, folder]);
  await run('mount', ['--make-shared', folder]);
}

/** What watches containers outlives its daemon; ours name our folder. */
export async function endShims(folder: string, program = 'containerd-shim'): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(program) && command.includes(folder)) {
      const children = await childrenOf(Number(pid));
      for (const one of [Number(pid), ...children]) {
        try {
          process.kill(one, 'SIGKILL');
        } catch {
          // Ended meanwhile.
        }
      }
    }
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean).map(Number);
}

/** What was mounted in the daemon's own namespace is gone with it; network namespaces of sandboxes are on the host. */
export async function unmountAll(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  for (const path of mounts.filter((one) => one.startsWith(folder)).reverse()) {
    await run('umount', ['-l', path]).catch(() => undefined);
  }
}
