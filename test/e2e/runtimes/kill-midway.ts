/** kill -9 of the worker in the middle of a pull, a start and a stop: the next one ends what it began, and repeats nothing. */
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createRuntimes } from '../../../src/runtimes/index.ts';
import type { RuntimeContainer } from '../../../src/runtimes/runtime.ts';
import { systemClock } from '../../../src/timing/clock.ts';
import type { Containerd } from '../../support/containers/containerd.ts';
import { startRegistry } from '../../support/containers/registry.ts';
import { MemoryStates, noVolumes } from '../../support/kubelet-world.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { until } from '../../support/until.ts';
import { FOREVER, type PodBench } from './pod-bench.ts';

const MOUNT = { volumeMounts: [{ name: 'host', mountPath: '/host' }] };

export function killMidway(bench: PodBench, containerd: () => Containerd): void {
  const restartWorker = async (): Promise<void> => {
    await bench.flotilla.kill('SIGKILL');
    await bench.flotilla.start();
  };
  const volumes = () => [{ name: 'host', hostPath: { path: bench.hostFolder } }];
  const onHost = (name: string): string => join(bench.hostFolder, name);
  const isOnHost = (name: string): Promise<boolean> =>
    access(onHost(name)).then(
      () => true,
      () => false,
    );

  /** All that the runtime has of a pod, ended ones too; undefined: nothing. */
  const containersOf = async (uid: string): Promise<readonly RuntimeContainer[] | undefined> => {
    const shared = {
      states: new MemoryStates(),
      volumes: noVolumes,
      seed: 1,
      clock: systemClock,
      logger: silentLogger,
    };
    const runtimes = await createRuntimes({ cri: { options: containerd().options } }, shared);
    const runtime = runtimes.get('cri');
    const pod = await runtime?.pod(uid).finally(() => runtime.close());
    return pod?.containers;
  };
  /** One of each attempt, and one that runs: the one that the pod's status tells of. */
  const expectOnce = async (name: string): Promise<void> => {
    const containers = (await containersOf(await bench.field(name, '{.metadata.uid}'))) ?? [];
    const attempts = containers.map(({ attempt }) => attempt);
    expect(attempts).toEqual([...new Set(attempts)]);
    const running = containers.filter(({ state }) => state.phase === 'running');
    const status = '{.status.containerStatuses[0].containerID} {.status.containerStatuses[0].restartCount}';
    const told = (await bench.field(name, status)).replace(/^.*:\/\//, '');
    expect(running.map(({ id, attempt }) => `${id} ${attempt}`)).toEqual([told]);
  };

  describe('a worker that is killed', () => {
    it('in the middle of a pull: the next one has the image, and starts one container', async () => {
      const registry = await startRegistry(bench.daemon.hostAddress);
      onTestFinished(() => registry.close());
      await bench.daemon.trustRegistry(registry.host);
      const { host, username, password, image } = registry;
      const asked = [`--docker-server=${host}`, `--docker-username=${username}`, `--docker-password=${password}`];
      await bench.kubectl.run('create', 'secret', 'docker-registry', 'puller', ...asked);
      const held = registry.hold();
      await bench.kubectl.apply(bench.pod('pulled', FOREVER, { image }, { imagePullSecrets: [{ name: 'puller' }] }));
      await until(() => held.waiting() > 0);
      await restartWorker();
      held.release();
      await bench.ready('pulled');
      await expectOnce('pulled');
      expect(await bench.field('pulled', '{.status.containerStatuses[0].restartCount}')).toBe('0');
      await bench.kubectl.run('delete', 'pod', 'pulled', '--timeout=60s');
    });

    it('in the middle of a start: no attempt is made twice', async () => {
      await bench.kubectl.apply({
        ...{ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'gated' }, handler: 'gated' },
      });
      const gate = await containerd().shutGate();
      onTestFinished(() => gate.open());
      const script = `echo begun >> /host/begun; ${FOREVER}`;
      await bench.kubectl.apply(bench.pod('begun', script, MOUNT, { runtimeClassName: 'gated', volumes: volumes() }));
      await until(() => gate.isReached());
      await restartWorker();
      await gate.open();
      await bench.ready('begun');
      await expectOnce('begun');
      expect(await readFile(onHost('begun'), 'utf8')).toBe('begun\n');
      await bench.kubectl.run('delete', 'pod', 'begun', '--timeout=60s');
    });

    it('in the middle of a stop: the next one sees it through, and leaves nothing', async () => {
      const script = `trap 'touch /host/stopping; until [ -e /host/go ]; do sleep 0.1; done; exit 0' TERM; while :; do sleep 0.2; done`;
      const spec = { terminationGracePeriodSeconds: 60, volumes: volumes() };
      await bench.kubectl.apply(bench.pod('stopped', script, MOUNT, spec));
      await bench.ready('stopped');
      const uid = await bench.field('stopped', '{.metadata.uid}');
      await bench.kubectl.run('delete', 'pod', 'stopped', '--wait=false');
      await until(() => isOnHost('stopping'));
      await restartWorker();
      expect(await bench.field('stopped', '{.metadata.deletionTimestamp}')).not.toBe('');
      await writeFile(onHost('go'), '');
      await bench.kubectl.run('wait', 'pod/stopped', '--for=delete', '--timeout=40s');
      await until(async () => (await containersOf(uid)) === undefined);
    });
  });
}
