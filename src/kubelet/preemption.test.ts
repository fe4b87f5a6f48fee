import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { Pod, PodSpec } from './pod.ts';
import { podsToPreempt } from './preemption.ts';

const asking = (cpu: string | undefined, limits = false): PodSpec['containers'] => [
  {
    ...{ name: 'main', image: 'web:1' },
    ...(cpu === undefined ? {} : { resources: { requests: { cpu, memory: '1Mi' } } }),
    ...(limits && cpu !== undefined ? { resources: { limits: { cpu, memory: '1Mi' } } } : {}),
  },
];
const pod = (name: string, cpu: string | undefined, more: { limits?: boolean; priority?: number } = {}): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ns', uid: name } },
  spec: { containers: asking(cpu, more.limits), priority: more.priority ?? 0 },
});
const critical = pod('critical', '1', { priority: 2_000_000_000 });
const names = (pods: readonly Pod[], amount: number, name = 'cpu') => {
  const chosen = podsToPreempt(critical, pods, [{ name, amount }]);
  return typeof chosen === 'string' ? chosen : chosen.map(({ metadata }) => metadata.name);
};

describe('pods that go for a critical one', () => {
  it('are the fewest, and those that ask for least', () => {
    const pods = [pod('a', '500m'), pod('b', '2'), pod('c', '1500m')];
    expect(names(pods, 1_000)).toEqual(['c']);
    expect(names(pods, 400)).toEqual(['a']);
    expect(names(pods, 3_000)).toEqual(['b', 'c']);
  });

  it('are guaranteed ones only if nothing else is enough, best-effort ones where only pods are wanted', () => {
    const pods = [pod('sure', '1', { limits: true }), pod('some', '1'), pod('none', undefined)];
    expect(names(pods, 1_000)).toEqual(['some']);
    expect(names(pods, 1_500)).toEqual(['some', 'sure']);
    expect(names(pods, 1, 'pods')).toEqual(['none']);
  });

  it('are never as critical themselves; else it is told what is missing', () => {
    const pods = [pod('system', '4', { priority: 2_000_000_000 }), pod('a', '500m')];
    expect(names(pods, 1_000)).toBe(
      'preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 500), ]',
    );
  });
});

describe('a node without room', () => {
  async function full() {
    const world = new World();
    world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': '{"cpu":"2"}' } });
    await world.run(0);
    world.addPod('a', { containers: asking('1') }, { stopMs: 4_000 });
    world.addPod('b', { containers: asking('500m') }, { stopMs: 4_000 });
    await world.run(10_000);
    return world;
  }
  const status = (world: World, name: string) => world.pod(name)?.status;

  it('takes a critical pod once those that have to go are gone', async () => {
    const world = await full();
    world.addPod('system', { priority: 2_000_001_000, containers: asking('1') });
    await world.run(2_000);
    expect([status(world, 'system')?.phase, status(world, 'b')?.phase]).toEqual(['Pending', 'Running']);
    await world.run(20_000);
    expect(status(world, 'system')?.phase).toBe('Running');
    expect(status(world, 'a')?.phase).toBe('Running');
    expect(status(world, 'b')).toMatchObject({
      ...{ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' },
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }),
      ]),
    });
    expect(await world.events()).toContain('Preempting Preempted in order to admit critical pod');
  });

  it('refuses one that would not fit if all went, and one that it cannot have for another reason', async () => {
    const world = await full();
    world.addPod('huge', { priority: 2_000_001_000, containers: asking('3') });
    world.addPod('elsewhere', { priority: 2_000_001_000, containers: asking('1'), nodeSelector: { disk: 'ssd' } });
    world.addPod('usual', { containers: asking('1') });
    await world.run(20_000);
    expect(status(world, 'huge')).toMatchObject({ reason: 'UnexpectedAdmissionError' });
    expect(status(world, 'elsewhere')).toMatchObject({ reason: 'NodeAffinity' });
    expect(status(world, 'usual')).toMatchObject({ reason: 'OutOfcpu' });
    expect([status(world, 'a')?.phase, status(world, 'b')?.phase]).toEqual(['Running', 'Running']);
  });
});
