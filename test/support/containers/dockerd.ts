/** A Docker Engine of the test's own: network and mount namespace, data and exec roots, socket; stopped by pid. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.ts';
import { type Daemon, daemonProcess } from './daemon.ts';
import { dockerApi } from './docker-api.ts';
import { endShims, ociRuntimeOf, shareMounts, unmountAll } from './host.ts';
import { imageTar, PAUSE_IMAGE } from './image-tar.ts';
import { createNetwork, type TestNetwork } from './network.ts';

const configOf = ({ hostAddress }: TestNetwork): object => ({
  'insecure-registries': [`${hostAddress}/32`],
  runtimes: { crun: { path: '/usr/bin/crun' } },
});

export async function startDockerd(): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-dockerd-'));
  const network = createNetwork();
  const socket = `${folder}/docker.sock`;
  await writeFile(`${folder}/daemon.json`, JSON.stringify(configOf(network)));
  await shareMounts(`${folder}/pods-root`);
  await writeFile(`${folder}/images.tar`, await imageTar());
  const api = dockerApi(socket);
  const { start, stop } = daemonProcess({
    ...{ name: 'dockerd', folder, network, answers: api.answers },
    args: [
      ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '-p', `${folder}/pid`],
      ...['-H', `unix://${socket}`, '--config-file', `${folder}/daemon.json`],
      ...['--bip', network.podCidr.replace('.0/24', '.1/24')],
    ],
    // One that was killed first ends what it had, one container after the other.
    patienceMs: 90_000,
    loadImages: () => api.loadImages(`${folder}/images.tar`),
  });
  await start();
  return {
    ...{ address: network.address, hostAddress: network.hostAddress, trustRegistry: async () => undefined },
    ociRuntimeOf: (id) => ociRuntimeOf(`${folder}/exec/runtime-runc/moby/${id}`),
    ...{ folder, start, kill: () => stop('SIGKILL') },
    options: { socket, root: `${folder}/pods-root`, pauseImage: PAUSE_IMAGE },
    async close() {
      // It ends its own containerd.
      const own = Number(await readFile(`${folder}/exec/containerd/containerd.pid`, 'utf8').catch(() => '0'));
      await stop('SIGTERM');
      if (own > 0) {
        await until(() => !isAlive(own));
      }
      await endShims(folder);
      network.remove();
      await unmountAll(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
