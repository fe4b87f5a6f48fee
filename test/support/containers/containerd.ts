/** A containerd of the test's own: network and mount namespace, root, state, socket and CNI configuration; stopped by pid. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { removeCgroupTree } from '../../../src/runtimes/cri/cgroups.ts';
import { type Daemon, daemonProcess } from './daemon.ts';
import { endShims, ociRuntimeOf, shareMounts, unmountAll } from './host.ts';
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
  const path = [...(programs === undefined ? [] : [programs]), process.env['PATH']].join(':');
  const ctr = (...args: string[]) => run('ctr', ['-a', socket, '-n', 'k8s.io', ...args]);
  const { start, stop } = daemonProcess({
    ...{ name: 'containerd', folder, network, patienceMs: 30_000 },
    args: ['-c', `${folder}/config.toml`],
    env: { PATH: path },
    answers: () => ctr('version'),
    loadImages: async () => {
      await ctr('images', 'import', `${folder}/images.tar`);
    },
  });
  const kill = (): Promise<void> => stop('SIGKILL');
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

/** Read at each pull. */
async function trustRegistry(folder: string, host: string): Promise<void> {
  await mkdir(`${folder}/certs.d/${host}`, { recursive: true });
  await writeFile(
    `${folder}/certs.d/${host}/hosts.toml`,
    `[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n`,
  );
}
