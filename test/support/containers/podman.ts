/** A Podman of the test's own behind Docker's API: network and mount namespace, storage, socket; stopped by pid. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeCgroupTree } from '../../../src/runtimes/cri/cgroups.ts';
import { type Daemon, daemonProcess } from './daemon.ts';
import { dockerApi } from './docker-api.ts';
import { endShims, ociRuntimeOf, shareMounts, unmountAll } from './host.ts';
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
  await writeFile(`${folder}/images.tar`, await imageTar());
  const api = dockerApi(socket);
  const { start, stop } = daemonProcess({
    ...{ name: 'podman', folder, network, patienceMs: 60_000, answers: api.answers },
    before: 'mount -t tmpfs tmpfs /run/netns; ',
    args: ['--log-level=info', 'system', 'service', '--time=0', `unix://${socket}`],
    env: {
      CONTAINERS_CONF: `${folder}/containers.conf`,
      CONTAINERS_STORAGE_CONF: `${folder}/storage.conf`,
      CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
    },
    loadImages: () => api.loadImages(`${folder}/images.tar`),
  });
  const kill = (): Promise<void> => stop('SIGKILL');
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
