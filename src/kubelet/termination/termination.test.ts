import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Pod } from '../pod.ts';

const SIDECARS = ['first', 'second'].map((name) => ({ name, image: 'proxy:1', restartPolicy: 'Always' }));

async function worldWith(spec: Partial<Pod['spec']>, simulation: object = {}) {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  world.addPod('web', spec, { pullMs: 0, startMs: 0, stopMs: 2_000, ...simulation });
  await world.run(5_000);
  return world;
}

/** Names of containers in the order in which they end, with the second in which they do. */
async function ends(world: World): Promise<string[]> {
  const uid = world.pod('web')?.metadata.uid ?? '';
  const from = world.now;
  const seen = new Map<string, number>();
  for (let i = 0; i < 1_000 && world.pod('web')?.status?.phase === 'Running'; i += 1) {
    const { containers } = JSON.parse(world.states.rows.get(uid)?.state ?? '{}') as {
      containers: { name: string; endsAt?: number }[];
    };
    for (const { name, endsAt } of containers) {
      seen.set(name, endsAt ?? Number.POSITIVE_INFINITY);
    }
    await world.run(100);
  }
  return [...seen].sort(([, a], [, b]) => a - b).map(([name, at]) => `${name} ${Math.round((at - from) / 1_000)}`);
}

describe('a pod with sidecars', () => {
  it('ends in the reverse order of its start', async () => {
    const world = await worldWith({ initContainers: SIDECARS });
    world.delete('pods', 'default', 'web', 30);
    expect(await ends(world)).toEqual(['main 2', 'second 4', 'first 6']);
  });

  it('kills what is left when the grace period is over', async () => {
    const world = await worldWith({ initContainers: SIDECARS }, { containers: { main: { stopMs: 60_000 } } });
    world.delete('pods', 'default', 'web', 10);
    expect(await ends(world)).toEqual(['main 10', 'first 12', 'second 12']);
  });

  it('ends its sidecars when its main containers are done, and succeeds then', async () => {
    const world = await worldWith(
      { initContainers: SIDECARS, restartPolicy: 'Never' },
      { containers: { main: { runMs: 8_000 } } },
    );
    expect(await ends(world)).toEqual(['main 3', 'second 5', 'first 7']);
    await world.run(1_000);
    expect(world.pod('web')?.status?.phase).toBe('Succeeded');
  });

  it('has their hooks run at once, their TERM in turn', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 5 } } };
    const world = await worldWith({ initContainers: SIDECARS.map((sidecar) => ({ ...sidecar, lifecycle })) });
    world.delete('pods', 'default', 'web', 30);
    expect(await ends(world)).toEqual(['main 2', 'second 7', 'first 9']);
  });
});

describe('a stop', () => {
  it('is announced once, whoever goes on with it', async () => {
    const world = await worldWith({}, { stopMs: 20_000 });
    world.delete('pods', 'default', 'web', 30);
    await world.run(1_000);
    const said = await world.events();
    world.restart();
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.labels = { touched: 'yes' };
    });
    await world.run(1_000);
    expect([...said, ...(await world.events())].filter((event) => event.startsWith('Killing'))).toHaveLength(2);
    expect(new Set(await world.events()).has('Killing Stopping container main')).toBe(true);
  });

  it.each([
    { stopMs: 50, said: 1 },
    { stopMs: 20_000, said: 2 },
  ])('of $stopMs ms: the generation it was seen at is $said after 20 ms', async ({ stopMs, said }) => {
    const world = await worldWith({}, { stopMs });
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      const deletionTimestamp = new Date(world.now + 30_000).toISOString();
      Object.assign(metadata, { deletionTimestamp, deletionGracePeriodSeconds: 30, generation: 2 });
    });
    await world.run(20);
    expect(world.pod('web')?.status).toMatchObject({ phase: 'Running', observedGeneration: said });
    await world.run(25_000);
    expect(world.pod('web')).toBeUndefined();
  });

  it('gets shorter when the pod is deleted again with less grace', async () => {
    const world = await worldWith({}, { stopMs: 100_000 });
    world.delete('pods', 'default', 'web', 60);
    await world.run(5_000);
    world.delete('pods', 'default', 'web', 3);
    await world.run(4_000);
    expect(world.pod('web')).toBeUndefined();
  });
});
