import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';

const SIGNALS = 'fleet.flotilla.dev/signals';

function short(world: World, left: Record<string, string> | undefined, name = 'n1'): void {
  world.edit<Node>('nodes', '', name, (node) => {
    const { [SIGNALS]: _, ...annotations } = node.metadata.annotations ?? {};
    node.metadata.annotations = left === undefined ? annotations : { ...annotations, [SIGNALS]: JSON.stringify(left) };
  });
}
const condition = (world: World, type: string) =>
  world.node('n1')?.status?.conditions?.find((each) => each.type === type);
const phases = (world: World, ...names: string[]) => names.map((name) => world.pod(name)?.status?.phase);

async function fleet(...pods: [name: string, change?: (pod: Pod) => void][]): Promise<World> {
  const world = new World();
  world.addNode('n1');
  for (const [name, change] of pods) {
    world.addPod(name);
    if (change !== undefined) {
      world.edit<Pod>('pods', 'default', name, change);
    }
  }
  await world.run(10_000);
  return world;
}
const withPriority = (priority: number) => (pod: Pod) => {
  pod.spec.priority = priority;
};

describe('a node that runs out of memory', () => {
  it('evicts one pod after the other, the least important first, and takes no best-effort pod meanwhile', async () => {
    const world = await fleet(['high', withPriority(100)], ['low', withPriority(-1)], ['system', withPriority(2e9)]);
    short(world, { 'memory.available': '50Mi' });
    await world.run(5_000);
    expect(condition(world, 'MemoryPressure')).toMatchObject({
      status: 'True',
      reason: 'KubeletHasInsufficientMemory',
      message: 'kubelet has insufficient memory available',
    });
    expect(phases(world, 'high', 'low', 'system')).toEqual(['Running', 'Failed', 'Running']);
    const { reason, message = '', conditions } = world.pod('low')?.status ?? {};
    expect(reason).toBe('Evicted');
    expect(message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: 51200Ki\. Container \w+ was using \d+Ki, request is 0, has larger consumption of memory\. $/,
    );
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }),
    );
    world.addPod('late');
    await world.run(20_000);
    expect(world.pod('late')?.status).toMatchObject({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
    });
    expect(phases(world, 'high', 'system')).toEqual(['Failed', 'Running']);
    expect(world.errors).toEqual([]);
  });

  it('keeps the condition for the transition period after it has memory again', async () => {
    const world = await fleet();
    short(world, { 'memory.available': '0' });
    await world.run(1_000);
    short(world, undefined);
    await world.run(200_000);
    expect(condition(world, 'MemoryPressure')?.status).toBe('True');
    await world.run(130_000);
    expect(condition(world, 'MemoryPressure')).toMatchObject({ status: 'False', reason: 'KubeletHasSufficientMemory' });
  });
});

it('is under pressure of disk and processes too, each with its own words', async () => {
  const world = await fleet(['web']);
  short(world, { 'nodefs.available': '1%', 'pid.available': '3' });
  await world.run(5_000);
  expect(condition(world, 'DiskPressure')?.reason).toBe('KubeletHasDiskPressure');
  // No process is reserved by default.
  expect(condition(world, 'PIDPressure')?.status).toBe('False');
  expect(world.pod('web')?.status).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    message: expect.stringContaining('The node was low on resource: ephemeral-storage. Threshold quantity: '),
  });
});

it('waits for the grace period of a soft threshold, though the condition stands at once', async () => {
  const world = new World({
    evictionSoft: { 'memory.available': '1Gi' },
    evictionSoftGracePeriod: { 'memory.available': '1m' },
  });
  world.addNode('n1');
  world.addPod('web');
  await world.run(10_000);
  short(world, { 'memory.available': '500Mi' });
  await world.run(45_000);
  expect(condition(world, 'MemoryPressure')?.status).toBe('True');
  expect(phases(world, 'web')).toEqual(['Running']);
  await world.run(45_000);
  expect(phases(world, 'web')).toEqual(['Failed']);
});

it('a worker that dies between the mark and the stop leaves a pod that the next one ends', async () => {
  const world = await fleet(['web']);
  world.edit<Pod>('pods', 'default', 'web', (pod) => {
    const mark = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: 'low. ' };
    pod.status = { ...pod.status, conditions: [...(pod.status?.conditions ?? []), mark] };
    pod.metadata.labels = { ...pod.metadata.labels, touched: 'yes' };
  });
  await world.run(5_000);
  expect(world.pod('web')?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'low. ' });
});

it.each([
  ['not json', 'is no JSON'],
  ['[]', 'is no JSON object'],
  ['{"memory.free":"1"}', 'unsupported eviction signal memory.free'],
  ['{"memory.available":"lots"}', 'must be positive'],
])('signals that cannot be read (%s) press nobody and are told', async (text, why) => {
  const world = await fleet(['web']);
  world.edit<Node>('nodes', '', 'n1', (node) => {
    node.metadata.annotations = { ...node.metadata.annotations, [SIGNALS]: text };
  });
  await world.run(1_000);
  expect(phases(world, 'web')).toEqual(['Running']);
  expect(condition(world, 'MemoryPressure')?.status).toBe('False');
  expect((await world.events()).join()).toContain(why);
});
