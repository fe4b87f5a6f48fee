import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { type MemorySize, RuntimeError } from '../../runtimes/runtime.ts';
import type { Node } from '../node.ts';
import type { Container, Pod } from '../pod.ts';
import { memorySize } from './memory-size.ts';

const Mi = 2 ** 20;
const node = { status: { allocatable: { memory: '64Mi' } } } as unknown as Node;
const podOf = (...limits: (string | undefined)[]): Pod => {
  const containers = limits.map((memory) => ({
    name: 'c',
    resources: memory === undefined ? {} : { limits: { memory } },
  }));
  return { spec: { containers } } as unknown as Pod;
};

describe('an emptyDir in memory', () => {
  it.each<[string, Pod, string | undefined, Node | undefined, MemorySize]>([
    ['its limit', podOf(undefined), '1Mi', node, { sizeBytes: Mi }],
    ['what its node has, without a limit', podOf(undefined), undefined, node, { sizeBytes: 64 * Mi }],
    ['no more than its node has', podOf(undefined), '1Gi', node, { sizeBytes: 64 * Mi }],
    ['no more than its pod may use', podOf('8Mi', '8Mi'), '32Mi', node, { sizeBytes: 16 * Mi }],
    ['a pod with a container without a limit has none', podOf('8Mi', undefined), '32Mi', node, { sizeBytes: 32 * Mi }],
    ['as much as the kernel gives, where nobody says', podOf(undefined), undefined, undefined, {}],
  ])('holds %s', (_, pod, sizeLimit, on, expected) => {
    const emptyDir = { medium: 'Memory', ...(sizeLimit === undefined ? {} : { sizeLimit }) };
    expect(memorySize(pod, { name: 'v', emptyDir }, on)).toEqual(expected);
  });

  it('is mounted before the sandbox, and a refusal is FailedMount until it succeeds', async () => {
    const asked: string[] = [];
    let refusal: Error | undefined = new RuntimeError('CreateContainer', 'mount failed: exit status 32');
    const mount = async (_: string, volume: string, { sizeBytes }: MemorySize): Promise<void> => {
      asked.push(`${volume} ${sizeBytes}`);
      if (refusal !== undefined) {
        throw refusal;
      }
    };
    const unmounted: string[] = [];
    const unmount = async (uid: string): Promise<void> => {
      unmounted.push(uid);
    };
    const world = new World(
      {},
      (runtime) => new Map([['simulated', { ...runtime, memoryVolumes: { mount, unmount } }]]),
    );
    world.addNode('n1');
    await world.run(0);
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const containers: Container[] = [{ name: 'main', image: 'web:1', volumeMounts }];
    const volumes = [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }];
    world.addPod('web', { containers, volumes }, { pullMs: 0, startMs: 0 });
    await world.run(5_000);
    expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating]');
    expect(world.states.rows.size).toBe(0);
    expect(asked[0]).toBe(`v ${Mi}`);
    expect(await world.events()).toContainEqual(
      expect.stringContaining('FailedMount MountVolume.SetUp failed for volume "v" : mount failed: exit status 32'),
    );
    refusal = undefined;
    await world.run(20_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
    const { uid } = world.pod('web')?.metadata ?? {};
    expect(unmounted).toEqual([]);
    world.delete('pods', 'default', 'web', 5);
    await world.run(30_000);
    expect(world.pod('web')).toBeUndefined();
    expect(unmounted).toContain(uid);
  });
});
