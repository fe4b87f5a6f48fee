/** A Podman of the test's own behind Docker's API: network and mount namespace, storage, socket; stopped by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { removeCgroupTree } from '../../../src/runtimes/cri/cgroups.ts';
import { until } from '../until.ts';
import type { Daemon } from './container-suite.ts';
import { endShims, ociRuntimeOf, shareMounts, unmountAll } from './containerd.ts';
import { imageTar, PAUSE_IMAGE } from './image-tar.ts';
import { createNetwork, type TestNetwork } from './network.ts';

/** Lowered limits: this host's are lower than its defaults. */
const containersConf = (folder: string, { podCidr }: TestNetwork): string => `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
pids_limit = 0
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
tmp_dir = "${folder}/tmp"
[network]
network_config_dir = "${folder}/networks"
default_subnet = "${podCidr}"
`;
const storageConf = (folder: string): string => `[storage]
driver = "overlay"
graphroot = "${folder}/data"
runroot = "${folder}/run"
`;
const registriesConf = ({ hostAddress }: TestNetwork): string => `unqualified-search-registries = []
[[registry]]
location = "${hostAddress}"
insecure = true
`;

export async function startPodman(): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-podman-'));
  const network = createNetwork();
  const socket = `${folder}/podman.sock`;
  await mkdir(`${folder}/networks`);
  await writeFile(`${folder}/containers.conf`, containersConf(folder, network));
  await writeFile(`${folder}/storage.conf`, storageConf(folder));
  await writeFile(`${folder}/registries.conf`, registriesConf(network));
  await shareMounts(`${folder}/pods-root`);
  const docker = new Docker({ socketPath: socket });
  let daemon: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const words = [
      ...[`--net=/run/netns/${network.name}`, 'unshare', '-m', '--propagation', 'slave'],
      ...[
        'sh',
        '-c',
        'umount /sys/fs/cgroup/unified 2>/dev/null; mount -t tmpfs tmpfs /run/netns; exec podman "$@"',
        'sh',
      ],
      ...['--log-level=info', 'system', 'service', '--time=0', `unix://${socket}`],
    ];
    const env = {
      ...process.env,
      CONTAINERS_CONF: `${folder}/containers.conf`,
      CONTAINERS_STORAGE_CONF: `${folder}/storage.conf`,
      CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
    };
    daemon = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe'], env });
    daemon.stderr?.pipe(createWriteStream(`${folder}/podman.log`, { flags: 'a' }));
    const answers = (): Promise<boolean> =>
      docker.ping().then(
        () => true,
        () => false,
      );
    const why = (): string => `podman does not answer: ${readFileSync(`${folder}/podman.log`, 'utf8').slice(-2_000)}`;
    await until(answers, why, 60_000);
    await writeFile(`${folder}/images.tar`, await imageTar());
    await docker.loadImage(`${folder}/images.tar`).then((answer) => answer.resume());
    await until(() =>
      docker
        .getImage(PAUSE_IMAGE)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    );
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
    ...{ address: network.address, hostAddress: network.hostAddress, trustRegistry: async () => undefined },
    ociRuntimeOf: (id) => ociRuntimeOf(`/run/runc/${id}`),
    ...{ folder, start, kill },
    options: { socket, root: `${folder}/pods-root`, pauseImage: PAUSE_IMAGE },
    async close() {
      await kill();
      await endShims(folder, 'conmon');
      network.remove();
      await unmountAll(folder);
      await rm(folder, { recursive: true, force: true });
      // What is in use stays.
      await removeCgroupTree('/libpod_parent');
    },
  };
}
