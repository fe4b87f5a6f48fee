import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { KubeletConfiguration } from '../../values/kubelet-configuration/configuration.ts';
import { semanticProblems } from '../../values/kubelet-configuration/validate.ts';
import type { Node } from '../node.ts';
import { groupOf, shutdownGroups, withAskedGrace } from './groups.ts';

const GRACEFUL: KubeletConfiguration = { shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s' };
const SHUTDOWN = 'fleet.flotilla.dev/shutdown';

async function worldWith(configuration: KubeletConfiguration, stopMs = 1_000) {
  const world = new World(configuration);
  world.addNode('n1');
  await world.run(0);
  world.addPod('web', {}, { stopMs });
  world.addPod('vital', { priority: 2_000_000_000 }, { stopMs });
  await world.run(10_000);
  return world;
}
const annotate = (world: World, annotations: Record<string, string>, name = 'n1') =>
  world.edit<Node>('nodes', '', name, ({ metadata }) => {
    const { [SHUTDOWN]: _, ...others } = metadata.annotations ?? {};
    metadata.annotations = { ...others, ...annotations };
  });
const ready = (world: World) => world.node('n1')?.status?.conditions?.find(({ type }) => type === 'Ready');

describe('a node that shuts down', () => {
  it('is not ready, ends its pods, critical ones last, and takes no more', async () => {
    const world = await worldWith(GRACEFUL);
    annotate(world, { [SHUTDOWN]: 'now' });
    await world.run(500);
    expect(ready(world)).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'node is shutting down',
    });
    expect(world.pod('vital')?.status?.phase).toBe('Running');
    world.addPod('late');
    await world.run(4_000);
    const message = 'Pod was terminated in response to imminent node shutdown.';
    for (const name of ['web', 'vital']) {
      const { status } = world.pod(name) ?? {};
      expect(status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message });
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }),
      );
    }
    expect(world.pod('late')?.status).toMatchObject({
      ...{ phase: 'Failed', reason: 'NodeShutdown' },
      message: 'Pod was rejected: Pod was rejected as the node is shutting down.',
    });
    annotate(world, {});
    await world.run(500);
    expect(ready(world)?.status).toBe('True');
    const events = await world.events();
    expect(events).toContain('NodeShutdown Shutdown manager detected shutdown event');
    expect(events).toContain('NodeShutdown Shutdown manager detected shutdown cancellation');
  });

  it('gives a group no more than its time, whoever goes on with it', async () => {
    const world = await worldWith(GRACEFUL, 60_000);
    annotate(world, { [SHUTDOWN]: 'now' });
    await world.run(10_000);
    world.restart();
    await world.run(9_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
    expect(world.pod('vital')?.status?.conditions?.some(({ type }) => type === 'DisruptionTarget')).toBe(false);
    await world.run(4_000);
    expect(world.pod('web')?.status?.phase).toBe('Failed');
    expect(world.pod('vital')?.status?.phase).toBe('Running');
    await world.run(10_000);
    expect(world.pod('vital')?.status?.phase).toBe('Failed');
  });

  it('does nothing to its pods without a grace period', async () => {
    const world = await worldWith({});
    annotate(world, { [SHUTDOWN]: 'now' });
    await world.run(60_000);
    expect(ready(world)?.status).toBe('True');
    expect(world.pod('web')?.status?.phase).toBe('Running');
    const told = 'NodeShutdown No graceful configuration specified, node shutdown will be immediate';
    expect((await world.events()).filter((event) => event.startsWith(told))).toEqual([told]);
  });
});

it('has groups of priorities of its own', () => {
  const at = (priority: number, seconds: number) => ({ priority, shutdownGracePeriodSeconds: seconds });
  const configuration = { shutdownGracePeriodByPodPriority: [at(1_000, 5), at(0, 20), at(10_000, 1)] };
  const groups = shutdownGroups(configuration);
  const secondsOf = (priority: number) => groupOf({ spec: { priority } } as never, groups)?.seconds;
  expect([-5, 0, 999, 1_000, 9_999, 10_000, 2e9].map(secondsOf)).toEqual([20, 20, 20, 5, 5, 1, 1]);
  expect(semanticProblems({ ...configuration, ...GRACEFUL })).toEqual([
    'invalid configuration: Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time',
  ]);
  expect(semanticProblems({ shutdownGracePeriod: '5s', shutdownGracePeriodCriticalPods: '10s' })).toHaveLength(1);
});

describe('many nodes that shut down', () => {
  it('write a few marks at a time, and are looked at when pods end rather than all the time', async () => {
    const world = new World(GRACEFUL);
    world.syncConcurrency = 4;
    world.restart();
    for (let at = 0; at < 20; at += 1) {
      world.addNode(`n${at}`);
    }
    await world.run(0);
    for (let at = 0; at < 60; at += 1) {
      world.addPod(`p${at}`, { nodeName: `n${at % 20}` }, { stopMs: 1_000 });
    }
    await world.run(20_000);
    world.most.clear();
    const before = world.calls.get('list') ?? 0;
    for (let at = 0; at < 20; at += 1) {
      annotate(world, { [SHUTDOWN]: 'now' }, `n${at}`);
    }
    await world.run(8_000);
    expect(world.all('pods').every((pod) => (pod as { status?: { phase?: string } }).status?.phase === 'Failed')).toBe(
      true,
    );
    expect(world.most.get('modify')).toBe(4);
    // Two groups of pods and the end; a look a second would be more than a hundred.
    expect((world.calls.get('list') ?? 0) - before).toBeLessThan(100);
  });
});

describe('a grace period that the node is asked to shut down in', () => {
  const asked = (value: string, configuration: KubeletConfiguration) =>
    shutdownGroups(
      withAskedGrace({ metadata: { name: 'n', uid: 'u', annotations: { [SHUTDOWN]: value } } }, configuration),
    ).map(({ priority, seconds }) => [priority, seconds]);

  it.each<[string, KubeletConfiguration, number[][]]>([
    [
      '60s',
      GRACEFUL,
      [
        [0, 40],
        [2e9, 20],
      ],
    ],
    [
      '60s',
      {},
      [
        [0, 60],
        [2e9, 0],
      ],
    ],
    [
      'now',
      GRACEFUL,
      [
        [0, 20],
        [2e9, 10],
      ],
    ],
    ['0s', GRACEFUL, []],
    ['now', {}, []],
    [
      '20s',
      {
        shutdownGracePeriodByPodPriority: [
          { priority: 5, shutdownGracePeriodSeconds: 30 },
          { priority: 0, shutdownGracePeriodSeconds: 10 },
        ],
      },
      [
        [0, 5],
        [5, 15],
      ],
    ],
  ])('%s of %j', (value, configuration, groups) => {
    expect(asked(value, configuration)).toEqual(groups);
  });

  it('holds for its pods', async () => {
    const world = await worldWith({}, 100_000);
    annotate(world, { [SHUTDOWN]: '4s' });
    await world.run(3_000);
    expect(ready(world)?.message).toBe('node is shutting down');
    expect(world.pod('web')?.status?.phase).toBe('Running');
    await world.run(4_000);
    expect(world.pod('web')?.status).toMatchObject({ phase: 'Failed', reason: 'Terminated' });
  });
});
