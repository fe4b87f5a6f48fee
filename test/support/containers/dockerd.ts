/** A Docker Engine of the test's own: network and mount namespace, data and exec roots, socket; stopped by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { until } from '../until.ts';
import type { Daemon } from './container-suite.ts';
import { endShims, ociRuntimeOf, shareMounts, unmountAll } from './containerd.ts';
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
  const docker = new Docker({ socketPath: socket });
  let daemon: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const bridge = network.podCidr.replace('.0/24', '.1/24');
    const words = [
      ...[`--net=/run/netns/${network.name}`, 'unshare', '-m', '--propagation', 'slave'],
      // crun reads the mounts and takes the second hierarchy for version 2.
      ...['sh', '-c', 'umount /sys/fs/cgroup/unified 2>/dev/null; exec dockerd "$@"', 'sh'],
      ...['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '-p', `${folder}/pid`],
      ...['-H', `unix://${socket}`, '--config-file', `${folder}/daemon.json`, '--bip', bridge],
    ];
    daemon = spawn('nsenter', words, { stdio: ['ignore', 'ignore', 'pipe'] });
    daemon.stderr?.pipe(createWriteStream(`${folder}/dockerd.log`, { flags: 'a' }));
    const answers = (): Promise<boolean> =>
      docker.ping().then(
        () => true,
        () => false,
      );
    const why = (): string => `dockerd does not answer: ${readFileSync(`${folder}/dockerd.log`, 'utf8').slice(-2_000)}`;
    // One that was killed first ends what it had, one container after the other.
    await until(answers, why, 90_000);
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
  const stop = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    if (daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null) {
      const exited = new Promise((resolve) => daemon?.once('exit', resolve));
      daemon.kill(signal);
      await exited;
    }
  };
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
