/** Runtimes that answer twice or lie: the worker starts nothing twice and removes nothing that is asked for. */
import { describe, expect, it } from 'vitest';
import { hostileWorld, lookAtNodes, phase, ready, restarts } from '../../test/support/hostile-world.ts';
import type { RuntimePod } from '../runtimes/runtime.ts';

const twice = async <T>(call: () => Promise<T>): Promise<T> => {
  await call();
  return call();
};

describe('a runtime that answers twice', () => {
  it('has each start once, and leaves nothing behind', async () => {
    const hostile = await hostileWorld((honest) => ({
      ensurePod: (spec) => twice(() => honest.ensurePod(spec)),
      startContainer: (...given) => twice(() => honest.startContainer(...given)),
      killPod: (...given) => twice(() => honest.killPod(...given)),
      removePod: (uid) => twice(() => honest.removePod(uid)),
      list: async (names) => {
        const pods = await honest.list(names);
        return [...pods, ...pods];
      },
    }));
    const { world } = hostile;
    await world.run(10_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
    await lookAtNodes(hostile);
    expect([world.states.doubles, hostile.ends]).toEqual([[], []]);
    world.delete('pods', 'default', 'bad', 5);
    await world.run(20_000);
    expect(world.pod('bad')).toBeUndefined();
    expect([...world.states.rows.values()].map(({ nodeName }) => nodeName)).toEqual(['n2']);
  });

  it('may tell of a pod again and again, of unknown ones and by wrong names', async () => {
    const hostile = await hostileWorld();
    const { world } = hostile;
    await world.run(10_000);
    const uid = world.pod('bad')?.metadata.uid ?? '';
    hostile.disguise = () => ({
      async *events() {
        const event = { podUid: uid, namespace: 'default', name: 'bad', nodeName: 'n1' };
        yield* [event, event, { ...event, name: 'other' }, { ...event, podUid: 'unknown' }];
      },
    });
    await world.events();
    await world.run(10_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), world.states.doubles]).toEqual(['Running', 0, []]);
    expect(hostile.ends).toEqual([]);
  });
});

describe('a runtime that lies', () => {
  const LIES: Record<string, (pods: readonly RuntimePod[]) => readonly RuntimePod[]> = {
    'omits what runs': () => [],
    'has everything twice': (pods) => [...pods, ...pods],
    'names pods wrongly': (pods) => pods.map((pod) => ({ ...pod, name: 'other', namespace: 'elsewhere' })),
    'says that all have stopped': (pods) => pods.map((pod) => ({ ...pod, sandbox: 'stopped', containers: [] })),
    'moves pods to other nodes': (pods) => pods.map((pod) => ({ ...pod, nodeName: 'n3' })),
    'has pods of others': (pods) =>
      pods.map((pod) => ({ ...pod, uid: 'foreign', namespace: 'kube-system', name: 'foreign', nodeName: 'n9' })),
  };

  it.each(Object.entries(LIES))('in its list: %s', async (_, lie) => {
    const hostile = await hostileWorld();
    const { world } = hostile;
    world.addNode('n3', { annotations: { 'fleet.flotilla.dev/runtime': 'hostile' } });
    await world.run(10_000);
    // Whatever it is asked for, it answers of all.
    hostile.disguise = (honest) => ({ list: async () => lie(await honest.list()) });
    await lookAtNodes(hostile);
    world.delete('nodes', '', 'n3', 0);
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
    expect([phase(hostile, 'good'), restarts(hostile, 'good')]).toEqual(['Running', 0]);
    expect([hostile.ends, world.states.doubles]).toEqual([[], []]);
  });

  it('a pod that it denies is asked for again and adopted', async () => {
    const hostile = await hostileWorld();
    const { world } = hostile;
    await world.run(10_000);
    const id = world.pod('bad')?.status?.containerStatuses?.[0]?.['containerID'];
    hostile.disguise = () => ({ pod: async () => undefined });
    world.due.set(`pod/default/bad/${world.pod('bad')?.metadata.uid}`, world.now);
    await world.run(5_000);
    hostile.disguise = () => ({});
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
    expect(world.pod('bad')?.status?.containerStatuses?.[0]?.['containerID']).toBe(id);
    expect([hostile.ends, world.states.doubles]).toEqual([[], []]);
  });

  it.each<[string, unknown]>([
    ['no containers', { containers: undefined }],
    ['an unknown phase', { containers: [{ name: 'main', attempt: 0, state: { phase: 'dreaming' } }] }],
    [
      'times that are none',
      { containers: [{ name: 'main', attempt: 0, state: { phase: 'running', startedAt: Number.NaN } }] },
    ],
    ['a sandbox in no state', { sandbox: undefined }],
    ['containers nobody asked for', { containers: [{ name: 'miner', attempt: 7, state: { phase: 'created' } }] }],
  ])('answers with %s fail that pod alone', async (_, wrong) => {
    const hostile = await hostileWorld();
    hostile.disguise = (honest) => ({
      pod: async (uid) => ({ ...(await honest.pod(uid)), ...(wrong as object) }) as RuntimePod,
    });
    const { world } = hostile;
    await world.run(10_000);
    expect(phase(hostile, 'good')).toBe('Running');
    hostile.disguise = () => ({});
    await world.run(400_000);
    expect(phase(hostile, 'bad')).toBe('Running');
    expect(world.states.doubles).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a capacity that is none', { name: 'x', version: '1', ready: true, capacity: { cpu: 'many' }, capabilities: {} }],
  ])('of itself, %s: its node is NotReady, the other is not', async (_, info) => {
    const hostile = await hostileWorld(() => ({ info: async () => info as never }));
    await hostile.world.run(10_000);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    expect(ready(hostile, 'n1')?.message).toContain('container runtime gave a useless answer: ');
    expect(ready(hostile, 'n2')).toMatchObject({ status: 'True' });
  });
});
