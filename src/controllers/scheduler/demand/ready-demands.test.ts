import { expect, it } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import { DEFAULT_PROFILE } from '../../../values/scheduler-profile.ts';
import { taintToleration } from '../plugins/taint-toleration.ts';
import { readyProfile } from '../profiles/profile.ts';
import { ReadyDemands } from './ready-demands.ts';

function counted() {
  const scheduling = new SchedulerWorld();
  scheduling.node('n0', {});
  const looks: string[] = [];
  const profile = readyProfile(DEFAULT_PROFILE, 0);
  const counting = {
    ...taintToleration,
    ready: () => ({
      filterAlone: ({ name }: { name: string }) => {
        looks.push(name);
        return undefined;
      },
    }),
  };
  const demands = new ReadyDemands(
    { ...profile, plugins: [{ plugin: counting, filters: true, weight: undefined }] },
    scheduling.world,
  );
  const [node] = scheduling.world.cache.nodes();
  const ask = (name: string, labels: Record<string, string>, cpu = '1') => {
    const pod = scheduling.newPod(name, { labels, cpu });
    return node && demands.of(pod).refusal(node);
  };
  return { scheduling, demands, looks, ask };
}

it('asks once about a node for pods that differ in their labels only', () => {
  const { looks, ask } = counted();
  for (const index of ['0', '1', '2']) {
    expect(ask(`job-${index}`, { 'batch.kubernetes.io/job-completion-index': index })).toBeUndefined();
  }
  expect(looks).toEqual(['n0']);
  ask('larger', {}, '2');
  expect(looks).toEqual(['n0', 'n0']);
});

it('keeps what others still use when it forgets, and asks again when nobody does', () => {
  const { demands, looks, ask } = counted();
  ask('a', { app: 'a' });
  ask('b', { app: 'b' });
  demands.clear();
  ask('a', { app: 'a' });
  expect(looks).toEqual(['n0', 'n0']);
  for (let index = 0; index < 1_100; index += 1) {
    ask(`many-${index}`, { app: `many-${index}` });
  }
  demands.trim();
  ask('a', { app: 'a' });
  expect(looks).toEqual(['n0', 'n0']);
});
