import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { SimulatedStage, SimulationProfileSpec } from '../../resources/fleet/simulation-profile/types.ts';
import type { Pod } from '../pod.ts';
import { STAGES_ANNOTATION } from './done.ts';

function staged(...stages: SimulatedStage[]): World {
  return worldOf({ stages });
}
function worldOf(...specs: SimulationProfileSpec[]): World {
  const world = new World();
  world.simulation = specs;
  world.addNode('n1');
  return world;
}
const condition = (world: World, type: string, name = 'web') =>
  world.pod(name)?.status?.conditions?.find((one) => one.type === type);
const said = (world: World): string[] =>
  (world.all('events') as unknown as { type: string; reason: string; message: string; count: number }[]).map(
    ({ type, reason, message, count }) => `${type} ${reason} ${message} x${count}`,
  );
const HOLD = 'example.com/hold';

describe('finalizers of stages', () => {
  it('hold a pod that is deleted until another stage takes them away', async () => {
    const world = staged(
      { name: 'hold', at: 'Admitted', finalizers: { add: [HOLD] } },
      { name: 'free', at: 'Terminating', delay: { constant: '20s' }, finalizers: { remove: [HOLD] } },
    );
    world.addPod('web', {}, { stopMs: 10 });
    await world.run(5_000);
    expect(world.pod('web')?.metadata.finalizers).toEqual([HOLD]);
    world.delete('pods', 'default', 'web', 30);
    await world.run(15_000);
    expect(world.pod('web')?.metadata.deletionGracePeriodSeconds).toBe(0);
    expect(world.states.rows.size).toBe(0);
    await world.run(20_000);
    expect(world.pod('web')).toBeUndefined();
    expect(world.errors).toEqual([]);
  });

  it('are added once: whoever takes one away has it his way', async () => {
    const world = staged({ name: 'hold', at: 'Admitted', finalizers: { add: [HOLD] } });
    world.addPod('web');
    await world.run(5_000);
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.finalizers = [];
      metadata.labels = { touched: 'yes' };
    });
    await world.run(5_000);
    expect(world.pod('web')?.metadata.finalizers).toEqual([]);
  });

  it('of others stay, unless all are to go', async () => {
    const world = staged({ name: 'none', at: 'Stopped', finalizers: { removeAll: true } });
    world.addPod('web');
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.finalizers = ['example.com/other'];
    });
    await world.run(5_000);
    world.delete('pods', 'default', 'web', 1);
    await world.run(10_000);
    expect(world.pod('web')).toBeUndefined();
  });
});

describe('conditions of stages', () => {
  it('stand beside those of the kubelet, and for them, from then on', async () => {
    const world = staged(
      {
        name: 'sick',
        at: 'Running',
        conditions: [{ type: 'Ready', status: 'False', reason: 'Sick', message: '{{pod}}' }],
      },
      { name: 'late', at: 'Ready', delay: { constant: '1m' }, conditions: [{ type: 'example.com/Late' }] },
    );
    world.addPod('web');
    await world.run(30_000);
    const sick = condition(world, 'Ready');
    expect(sick).toMatchObject({ status: 'False', reason: 'Sick', message: 'web' });
    expect(condition(world, 'ContainersReady')?.status).toBe('True');
    expect(condition(world, 'example.com/Late')).toBeUndefined();
    await world.run(60_000);
    expect(condition(world, 'example.com/Late')?.status).toBe('True');
    expect(condition(world, 'Ready')).toEqual(sick);
    world.simulation = [];
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.labels = { touched: 'yes' };
    });
    await world.run(5_000);
    expect(condition(world, 'Ready')?.status).toBe('True');
    expect(condition(world, 'example.com/Late')?.status).toBe('True');
  });

  it('open readiness gates', async () => {
    const world = staged({ name: 'gate', at: 'Running', delay: { constant: '10s' }, openReadinessGates: true });
    world.addPod('web', { readinessGates: [{ conditionType: 'gate' }] });
    await world.run(5_000);
    expect(condition(world, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    await world.run(10_000);
    expect(condition(world, 'Ready')?.status).toBe('True');
  });

  it('of the profile that comes first win', async () => {
    const of = (message: string): SimulatedStage => ({
      name: 's',
      at: 'Running',
      conditions: [{ type: 'x', message }],
    });
    const world = worldOf({ stages: [of('first')] }, { stages: [of('second')] });
    world.addPod('web');
    await world.run(5_000);
    expect(condition(world, 'x')?.message).toBe('first');
    expect(world.pod('web')?.metadata.annotations?.[STAGES_ANNOTATION]).toBe('p1/s,p0/s');
  });
});

describe('events of stages', () => {
  const event = (at: SimulatedStage['at']): SimulatedStage => ({
    ...{
      name: at.toLowerCase(),
      at,
      events: [{ type: 'Warning', reason: at, message: '{{namespace}}/{{pod}} {{node}}' }],
    },
  });

  it('are sent once at each moment of the life', async () => {
    const world = staged(...(['Admitted', 'Running', 'Succeeded', 'Failed', 'Stopped'] as const).map(event));
    world.addPod('web', { restartPolicy: 'Never' }, { runMs: 5_000 });
    await world.run(20_000);
    world.delete('pods', 'default', 'web', 1);
    await world.run(5_000);
    expect(said(world)).toEqual(
      ['Admitted', 'Running', 'Succeeded', 'Stopped'].map((at) => `Warning ${at} default/web n1 x1`),
    );
  });

  it('are for the pods alone that a profile selects', async () => {
    const world = worldOf({ selector: { images: ['db:*'] }, stages: [event('Running')] });
    world.addPod('web');
    world.addPod('db', { containers: [{ name: 'main', image: 'db:1' }] });
    await world.run(5_000);
    expect(said(world)).toEqual(['Warning Running default/db n1 x1']);
    expect(world.pod('web')?.metadata.annotations?.[STAGES_ANNOTATION]).toBeUndefined();
  });

  it.each([false, true])(
    'are neither lost nor repeated by a worker that dies anywhere (after the effect: %s)',
    async (after) => {
      for (let crashIn = 0; crashIn < 8; crashIn += 1) {
        const world = staged(
          event('Admitted'),
          { ...event('Running'), finalizers: { add: [HOLD] }, conditions: [{ type: 'x' }] },
          { ...event('Stopped'), finalizers: { remove: [HOLD] } },
        );
        world.addPod('web');
        world.crashIn = crashIn;
        world.crashAfterEffect = after;
        await world.run(60_000);
        expect(world.pod('web')?.metadata.finalizers).toEqual([HOLD]);
        world.crashIn = crashIn;
        world.delete('pods', 'default', 'web', 1);
        await world.run(60_000);
        expect(world.pod('web')).toBeUndefined();
        expect(said(world)).toEqual(['Admitted', 'Running', 'Stopped'].map((at) => `Warning ${at} default/web n1 x1`));
      }
    },
  );
});

it('a pod that its node refuses is Failed, and was never admitted', async () => {
  const world = staged(
    { name: 'in', at: 'Admitted', finalizers: { add: [HOLD] } },
    { name: 'out', at: 'Failed', conditions: [{ type: 'x' }] },
  );
  world.addPod('web', { nodeSelector: { not: 'there' } });
  await world.run(5_000);
  expect(world.pod('web')).toMatchObject({ status: { phase: 'Failed' } });
  expect(world.pod('web')?.metadata.finalizers).toBeUndefined();
  expect(condition(world, 'x')?.status).toBe('True');
});
