import { afterEach, describe, expect, test } from 'vitest';
import { FleetWorld, type Loose } from '../../../test/support/fleet-world.ts';
import { nodeLifecycleController } from './controller.ts';

let worlds: FleetWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    world.stop();
  }
});

/** Three nodes with a pod each. Judgement begins a grace period after the start; that is over here. */
async function world(): Promise<FleetWorld> {
  const fleet = new FleetWorld([nodeLifecycleController]);
  worlds = [...worlds, fleet];
  for (const name of ['a0', 'a1', 'a2']) {
    fleet.add('nodes', { kind: 'Node', metadata: { name } });
    fleet.add('pods', { metadata: { name, namespace: 'default' }, spec: { nodeName: name, containers: [] } });
  }
  await fleet.start();
  await fleet.advance(60_000);
  return fleet;
}
const condition = ({ status }: Loose) => status.conditions.find(({ type }: { type: string }) => type === 'Ready');

describe('a pod that was marked for its node', () => {
  const givenUp = async (annotations: Record<string, string>, conditions: readonly object[]): Promise<FleetWorld> => {
    const fleet = await world();
    fleet.edit('nodes', '', 'a0', ({ metadata }) => {
      metadata.annotations = annotations;
    });
    fleet.deadNodes.add('a0');
    fleet.edit('pods', 'default', 'a0', ({ status }) => {
      status.conditions = conditions;
    });
    await fleet.advance(60_000);
    expect(condition(fleet.get('pods', 'a0') as Loose)).toMatchObject({ status: 'False' });
    return fleet;
  };
  const ours = { 'fleet.flotilla.dev/runtime': 'simulated' };
  const whole = [
    { type: 'Ready', status: 'True' },
    { type: 'ContainersReady', status: 'True' },
  ];

  test('is ready again when the node is', async () => {
    const fleet = await givenUp(ours, whole);
    fleet.deadNodes.clear();
    await fleet.advance(7_000);
    expect(condition(fleet.get('pods', 'a0') as Loose)).toMatchObject({ status: 'True' });
    expect(fleet.errors).toEqual([]);
  });

  test.each<[string, Record<string, string>, readonly object[]]>([
    [
      'its kubelet says why it is not',
      ours,
      [{ type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' }, whole[1] as object],
    ],
    [
      'its containers are not',
      ours,
      [
        { type: 'Ready', status: 'True' },
        { type: 'ContainersReady', status: 'False' },
      ],
    ],
    ['the kubelet is foreign', {}, whole],
  ])('stays not ready when %s', async (_, annotations, conditions) => {
    const fleet = await givenUp(annotations, conditions);
    fleet.deadNodes.clear();
    await fleet.advance(7_000);
    expect(condition(fleet.get('nodes', 'a0') as Loose)).toMatchObject({ status: 'True' });
    expect(condition(fleet.get('pods', 'a0') as Loose)).toMatchObject({ status: 'False' });
  });
});
