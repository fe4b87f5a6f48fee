import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { Pod } from './pod.ts';

let world: World;
beforeEach(async () => {
  world = new World();
  world.addNode('n1');
  await world.run(0);
});

function debug(name: string, ...ephemeralContainers: NonNullable<Pod['spec']['ephemeralContainers']>): void {
  world.edit<Pod>('pods', 'default', name, (pod) => {
    pod.spec.ephemeralContainers = [...(pod.spec.ephemeralContainers ?? []), ...ephemeralContainers];
  });
}

const statusOf = (pod: string) => world.pod(pod)?.status?.ephemeralContainerStatuses;
const runOf = (container: string): string[] =>
  [...world.states.starts.keys()].filter((key) => key.split('/')[1] === container);

describe('ephemeral containers', () => {
  it('start in a pod that runs, beside its containers, and are no part of its readiness', async () => {
    world.addPod('web');
    await world.run(5_000);
    const before = world.pod('web')?.status;
    debug('web', { name: 'look', image: 'busybox', targetContainerName: 'main' });
    await world.run(0);
    expect(statusOf('web')).toMatchObject([{ name: 'look', state: { waiting: { reason: 'ContainerCreating' } } }]);
    await world.run(5_000);
    expect(statusOf('web')).toEqual([
      expect.objectContaining({
        ...{ name: 'look', image: 'busybox', ready: false, restartCount: 0, lastState: {} },
        state: { running: { startedAt: expect.any(String) } },
        containerID: expect.stringMatching(/^simulated:/),
      }),
    ]);
    expect(world.pod('web')?.status).toMatchObject({
      phase: 'Running',
      conditions: before?.conditions?.map(({ type, status }) => ({ type, status })),
      containerStatuses: before?.containerStatuses,
    });
    expect(world.errors).toEqual([]);
  });

  it('start before the pod is initialised, and while a container of it fails', async () => {
    const initContainers = [{ name: 'setup', image: 'init:1' }];
    world.addPod('slow', { initContainers }, { containers: { setup: { runMs: 60_000 } } });
    world.addPod('bad', {}, { runMs: 100, exitCode: 1 });
    await world.run(5_000);
    debug('slow', { name: 'look', image: 'busybox' });
    debug('bad', { name: 'look', image: 'busybox' });
    await world.run(20_000);
    for (const pod of ['slow', 'bad']) {
      expect(statusOf(pod)).toMatchObject([{ state: { running: {} } }]);
    }
    expect(world.pod('slow')?.status?.phase).toBe('Pending');
  });

  it('run once: one that has ended stays ended, whatever the restart policy, and after a restart of the kubelet', async () => {
    world.addPod('web', {}, { containers: { look: { runMs: 1_000, exitCode: 3 } } });
    await world.run(5_000);
    debug('web', { name: 'look', image: 'busybox' });
    await world.run(60_000);
    const ended = statusOf('web');
    expect(ended).toMatchObject([{ restartCount: 0, state: { terminated: { exitCode: 3, reason: 'Error' } } }]);
    world.restart();
    debug('web', { name: 'again', image: 'busybox' });
    await world.run(60_000);
    expect(statusOf('web')).toMatchObject([{ ...ended?.[0] }, { name: 'again', state: { running: {} } }]);
    expect(runOf('look')).toHaveLength(1);
    expect(world.pod('web')?.status?.phase).toBe('Running');
  });

  it('wait for their image, and end with the pod', async () => {
    world.addPod('job', { restartPolicy: 'Never' }, { runMs: 20_000 });
    await world.run(5_000);
    debug('job', { name: 'look', image: 'busybox', imagePullPolicy: 'Never' });
    await world.run(2_000);
    expect(statusOf('job')).toMatchObject([{ state: { waiting: { reason: 'ErrImageNeverPull' } } }]);
    debug('job', { name: 'works', image: 'busybox' });
    await world.run(5_000);
    expect(statusOf('job')?.[1]).toMatchObject({ state: { running: {} } });
    await world.run(60_000);
    expect(world.pod('job')?.status?.phase).toBe('Succeeded');
    expect(statusOf('job')?.[1]).toMatchObject({ state: { terminated: {} } });
    expect(world.errors).toEqual([]);
  });
});
