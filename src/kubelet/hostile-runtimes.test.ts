/** Runtimes that answer twice, lie, hang or die: the worker lives, starts nothing twice and removes nothing that is asked for. */
import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import { boundedRuntime } from '../runtimes/bounded-runtime.ts';
import { type Runtime, RuntimeError, type RuntimePod } from '../runtimes/runtime.ts';
import type { Node } from './node.ts';

/** What the hostile runtime does in place of the honest one that it stands before. */
type Disguise = (honest: Runtime) => Partial<Runtime>;

interface Hostile {
  readonly world: World;
  /** Of the calls that end something, in order: `method uid`. */
  readonly ends: string[];
  disguise: Disguise;
}

/** Node n1 has the hostile runtime, n2 the honest one; a pod on each. */
async function hostileWorld(disguise: Disguise = () => ({}), simulation?: object): Promise<Hostile> {
  const ends: string[] = [];
  const hostile = { ends, disguise } as { world: World; ends: string[]; disguise: Disguise };
  const world = new World({}, (simulated, clock) => {
    const note = <T>(line: string, call: () => Promise<T>): Promise<T> => {
      ends.push(line);
      return call();
    };
    const honest: Runtime = {
      ...methodsOf(() => simulated),
      killPod: async (uid, graceMs) => note(`kill ${uid}`, () => simulated.killPod(uid, graceMs)),
      removePod: async (uid) => note(`remove ${uid}`, () => simulated.removePod(uid)),
    };
    const disguised = methodsOf(() => ({ ...honest, ...hostile.disguise(honest) }));
    return new Map([
      ['hostile', boundedRuntime(disguised, clock)],
      ['simulated', simulated],
    ]);
  });
  hostile.world = world;
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/runtime': 'hostile' } });
  world.addNode('n2');
  await world.run(0);
  world.addPod('bad', {}, simulation);
  world.addPod('good', { nodeName: 'n2' });
  return hostile;
}

/** Asked anew with every call: the disguise changes. */
const methodsOf = (now: () => Runtime): Runtime => ({
  name: 'hostile',
  images: {
    status: (...given) => now().images.status(...given),
    pull: (...given) => now().images.pull(...given),
    list: (...given) => now().images.list(...given),
    remove: (...given) => now().images.remove(...given),
  },
  info: (...given) => now().info(...given),
  list: (...given) => now().list(...given),
  pod: (...given) => now().pod(...given),
  ensurePod: (...given) => now().ensurePod(...given),
  startContainer: (...given) => now().startContainer(...given),
  stopContainer: (...given) => now().stopContainer(...given),
  killPod: (...given) => now().killPod(...given),
  removePod: (...given) => now().removePod(...given),
  events: (...given) => now().events(...given),
  close: () => now().close(),
});

const phase = ({ world }: Hostile, name: string) => world.pod(name)?.status?.phase;
const restarts = ({ world }: Hostile, name: string) => world.pod(name)?.status?.containerStatuses?.[0]?.restartCount;
const ready = ({ world }: Hostile, name: string) =>
  world.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready');
const lookAtNodes = async ({ world }: Hostile): Promise<void> => {
  world.due.set('node/n1', world.now);
  world.due.set('node/n2', world.now);
  await world.run(0);
};
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

describe('a runtime that hangs', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const calls = ['info', 'list', 'pod', 'ensurePod', 'startContainer', 'killPod', 'removePod'] as const;

  it.each([...calls, 'images'])('in %s holds up no other, and goes on when it answers', async (call) => {
    const images = { status: never, pull: never, list: never, remove: never };
    const hostile = await hostileWorld(() => (call === 'images' ? { images } : { [call]: never }));
    const { world } = hostile;
    await world.run(20_000);
    expect(phase(hostile, 'good')).toBe('Running');
    world.delete('pods', 'default', 'good', 1);
    world.delete('pods', 'default', 'bad', 1);
    world.addPod('again', {});
    await world.run(20_000);
    expect(world.pod('good')).toBeUndefined();
    hostile.disguise = () => ({});
    await world.run(400_000);
    expect(world.pod('bad')).toBeUndefined();
    expect([phase(hostile, 'again'), restarts(hostile, 'again')]).toEqual(['Running', 0]);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    expect(world.states.doubles).toEqual([]);
    expect(world.states.rows.size).toBe(1);
  });
});

describe('a runtime whose socket dies', () => {
  it('makes its node NotReady with the reason, loses no pod, and comes back by itself', async () => {
    const hostile = await hostileWorld();
    const { world } = hostile;
    await world.run(10_000);
    const refused = async (): Promise<never> => {
      throw new RuntimeError('Unavailable', 'connect ECONNREFUSED /run/containerd.sock');
    };
    const images = { status: refused, pull: refused, list: refused, remove: refused };
    hostile.disguise = () => ({ info: refused, list: refused, pod: refused, ensurePod: refused, images });
    await lookAtNodes(hostile);
    expect(ready(hostile, 'n1')).toMatchObject({
      ...{ status: 'False', reason: 'KubeletNotReady' },
      message: 'container runtime is down: connect ECONNREFUSED /run/containerd.sock',
    });
    expect(ready(hostile, 'n2')).toMatchObject({ status: 'True' });
    world.delete('nodes', '', 'n2', 0);
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      metadata.labels = { ...metadata.labels, looked: 'at' };
    });
    await world.run(60_000);
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), hostile.ends]).toEqual(['Running', 0, []]);
    hostile.disguise = () => ({});
    await world.run(400_000);
    expect(ready(hostile, 'n1')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
    expect([phase(hostile, 'bad'), restarts(hostile, 'bad'), world.states.doubles]).toEqual(['Running', 0, []]);
  });
});

describe('a worker whose clock steps', () => {
  it.each([3_600_000, -3_600_000])(
    'by %i ms restarts nothing, and runs and ends what it is asked for',
    async (step) => {
      const hostile = await hostileWorld(undefined, { stopMs: 2_000 });
      const { world } = hostile;
      await world.run(10_000);
      world.skewMs = step;
      world.addPod('new', {}, { startMs: 2_000 });
      world.due.set(`pod/default/bad/${world.pod('bad')?.metadata.uid}`, world.now);
      await lookAtNodes(hostile);
      await world.run(20_000);
      expect([phase(hostile, 'bad'), restarts(hostile, 'bad')]).toEqual(['Running', 0]);
      expect([phase(hostile, 'new'), restarts(hostile, 'new')]).toEqual(['Running', 0]);
      expect(hostile.ends).toEqual([]);
      world.delete('pods', 'default', 'bad', 5);
      await world.run(20_000);
      expect(world.pod('bad')).toBeUndefined();
      world.skewMs = 0;
      await world.run(600_000);
      expect([phase(hostile, 'new'), restarts(hostile, 'new'), world.states.doubles]).toEqual(['Running', 0, []]);
      expect(ready(hostile, 'n1')).toMatchObject({ status: 'True' });
    },
  );
});
