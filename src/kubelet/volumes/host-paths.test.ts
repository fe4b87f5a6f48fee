import { expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { RuntimeError } from '../../runtimes/runtime.ts';

it('a runtime that refuses a hostPath is told as FailedMount, and asked again', async () => {
  const wrong = 'hostPath type check failed: /srv/data is not a directory';
  const asked: string[] = [];
  let isThere = false;
  const check = async (path: string, type: string): Promise<void> => {
    asked.push(`${path} ${type}`);
    if (!isThere) {
      throw new RuntimeError('CreateContainer', wrong);
    }
  };
  const world = new World({}, (runtime) => new Map([['simulated', { ...runtime, hostPaths: { check } }]]));
  world.addNode('n1');
  await world.run(0);
  const containers = [{ name: 'main', image: 'web:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }];
  const volumes = [{ name: 'v', hostPath: { path: '/srv/data', type: 'Directory' } }];
  world.addPod('web', { containers, volumes }, { pullMs: 0, startMs: 0 });
  await world.run(5_000);
  expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating]');
  expect(asked[0]).toBe('/srv/data Directory');
  expect(await world.events()).toContainEqual(
    expect.stringContaining(`FailedMount MountVolume.SetUp failed for volume "v" : ${wrong}`),
  );
  isThere = true;
  await world.run(20_000);
  expect(world.pod('web')?.status?.phase).toBe('Running');
});
