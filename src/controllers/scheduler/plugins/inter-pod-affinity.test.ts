import { describe, expect, test } from 'vitest';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
/** Nodes a1, a2 in zone a, b1 in zone b, and `bare` without a zone. */
function world(): SchedulerWorld {
  const fleet = new SchedulerWorld();
  for (const name of ['a1', 'a2', 'b1']) {
    fleet.node(name, { labels: { [ZONE]: name.slice(0, 1), [HOST]: name } });
  }
  fleet.node('bare', { labels: { [HOST]: 'bare' } });
  fleet.namespace('default', { team: 'x' });
  return fleet;
}
const selecting = (app: string, more: object = {}) => ({
  labelSelector: { matchLabels: { app } },
  topologyKey: ZONE,
  ...more,
});
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', ...terms: object[]) => ({
  affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } },
});
const preferring = (kind: 'podAffinity' | 'podAntiAffinity', weight: number, podAffinityTerm: object) => ({
  affinity: { [kind]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }] } },
});
const app = (name: string) => ({ labels: { app: name } });

describe('required affinity', () => {
  const near = { spec: affinity('podAffinity', selecting('db')) };

  test('is met in the zones of the pods that it means', () => {
    const fleet = world();
    const pod = fleet.newPod('p', near);
    expect(fleet.feasible(pod)).toEqual([]);
    expect(fleet.refusal(pod, 'a1')).toMatchObject({
      ...{ plugin: 'InterPodAffinity', reasons: ["node(s) didn't match pod affinity rules"], preemptible: false },
    });
    fleet.pod('db', 'a2', app('db'));
    expect(fleet.feasible(pod)).toEqual(['a1', 'a2']);
    fleet.pod('db', 'b1', { ...app('db'), deleting: true });
    expect(fleet.feasible(pod)).toEqual(['b1']);
    fleet.noPod('db');
    expect(fleet.feasible(pod)).toEqual([]);
  });

  test('follows labels of nodes that change', () => {
    const fleet = world();
    fleet.pod('db', 'bare', app('db'));
    const pod = fleet.newPod('p', near);
    expect(fleet.feasible(pod)).toEqual([]);
    fleet.node('bare', { labels: { [HOST]: 'bare', [ZONE]: 'b' } });
    expect(fleet.feasible(pod)).toEqual(['b1', 'bare']);
    fleet.noNode('bare');
    expect(fleet.feasible(pod)).toEqual([]);
  });

  test('the first of those that mean themselves goes anywhere with the label, the next to it', () => {
    const fleet = world();
    const self = { ...app('db'), spec: near.spec };
    expect(fleet.feasible(fleet.newPod('p', self))).toEqual(['a1', 'a2', 'b1']);
    fleet.pod('q', 'b1', self);
    expect(fleet.feasible(fleet.newPod('p', self))).toEqual(['b1']);
  });

  test('all terms must be met by the same pods', () => {
    const fleet = world();
    const spec = affinity(
      'podAffinity',
      selecting('db'),
      selecting('db', { topologyKey: HOST, labelSelector: { matchLabels: { tier: 'fast' } } }),
    );
    const pod = fleet.newPod('p', { spec });
    fleet.pod('slow', 'a1', { labels: { app: 'db' } });
    fleet.pod('other', 'a1', { labels: { tier: 'fast' } });
    expect(fleet.feasible(pod)).toEqual([]);
    fleet.pod('both', 'a2', { labels: { app: 'db', tier: 'fast' } });
    expect(fleet.feasible(pod)).toEqual(['a2']);
  });

  test.each<[string, object, string, boolean]>([
    ['its own namespace alone when it names none', {}, 'other', false],
    ['those that it names', { namespaces: ['other'] }, 'other', true],
    ['those and not its own', { namespaces: ['other'] }, 'default', false],
    ['those that it selects', { namespaceSelector: { matchLabels: { team: 'x' } } }, 'other', true],
    ['not others', { namespaceSelector: { matchLabels: { team: 'x' } } }, 'third', false],
    ['all by an empty selector', { namespaceSelector: {} }, 'third', true],
    ['named or selected', { namespaces: ['third'], namespaceSelector: { matchLabels: { team: 'x' } } }, 'third', true],
  ])('looks into %s', (_, more, namespace, isMet) => {
    const fleet = world();
    fleet.namespace('other', { team: 'x' });
    fleet.namespace('third', { team: 'y' });
    fleet.pod('db', 'a1', { ...app('db'), namespace });
    const pod = fleet.newPod('p', { spec: affinity('podAffinity', selecting('db', more)) });
    expect(fleet.feasible(pod)).toEqual(isMet ? ['a1', 'a2'] : []);
  });

  test('follows labels of namespaces that change', () => {
    const fleet = world();
    fleet.namespace('other', { team: 'y' });
    fleet.pod('db', 'a1', { ...app('db'), namespace: 'other' });
    const spec = affinity('podAffinity', selecting('db', { namespaceSelector: { matchLabels: { team: 'x' } } }));
    const pod = fleet.newPod('p', { spec });
    expect(fleet.feasible(pod)).toEqual([]);
    fleet.namespace('other', { team: 'x' });
    expect(fleet.feasible(pod)).toEqual(['a1', 'a2']);
    fleet.namespace('other', {});
    expect(fleet.feasible(pod)).toEqual([]);
  });
});

describe('required anti-affinity', () => {
  test('keeps away from the pods that it means; where the label is missing there is no domain', () => {
    const fleet = world();
    fleet.pod('db', 'a2', app('db'));
    fleet.pod('bare-db', 'bare', app('db'));
    const pod = fleet.newPod('p', { spec: affinity('podAntiAffinity', selecting('db')) });
    expect(fleet.feasible(pod)).toEqual(['b1', 'bare']);
    expect(fleet.refusal(pod, 'a1')).toMatchObject({
      ...{ reasons: ["node(s) didn't match pod anti-affinity rules"], preemptible: true },
    });
  });

  test('holds both ways: a running pod keeps those away whom it means', () => {
    const fleet = world();
    fleet.pod('shy', 'a1', { spec: affinity('podAntiAffinity', selecting('web')) });
    const pod = fleet.newPod('p', app('web'));
    expect(fleet.feasible(pod)).toEqual(['b1', 'bare']);
    expect(fleet.refusal(pod, 'a2')).toMatchObject({
      ...{ reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], preemptible: true },
    });
    expect(fleet.feasible(fleet.newPod('q', app('other')))).toHaveLength(4);
    expect(fleet.feasible(fleet.newPod('r', { ...app('web'), namespace: 'other' }))).toHaveLength(4);
    fleet.noPod('shy');
    expect(fleet.feasible(pod)).toHaveLength(4);
  });

  test('counts pods that were just chosen for a node', () => {
    const fleet = world();
    const shape = { ...app('db'), spec: affinity('podAntiAffinity', selecting('db', { topologyKey: HOST })) };
    const chosen = ['p', 'q', 'r', 's'].map((name) => {
      const pod = fleet.newPod(name, shape);
      const node = fleet.select(pod);
      fleet.world.cache.assume(pod, node);
      return node;
    });
    expect(chosen.sort()).toEqual(['a1', 'a2', 'b1', 'bare']);
    expect(fleet.select(fleet.newPod('t', shape))).toBe(
      "0/4 nodes are available: 4 node(s) didn't match pod anti-affinity rules.",
    );
  });
});

describe('preferences', () => {
  /** How much better each is than the worst. */
  const leads = (fleet: SchedulerWorld, shape: object): number[] => {
    const points = fleet.points(fleet.newPod('p', shape), 'a1', 'a2', 'b1', 'bare');
    return points.map((value) => value - Math.min(...points));
  };

  test('draw to pods, from the best to the worst as 100 to 0, twice', () => {
    const fleet = world();
    fleet.pod('db', 'a1', app('db'));
    fleet.pod('noise', 'a2');
    fleet.pod('noise2', 'b1');
    fleet.pod('noise3', 'bare');
    expect(leads(fleet, { spec: preferring('podAffinity', 10, selecting('db')) })).toEqual([200, 200, 0, 0]);
    expect(leads(fleet, { spec: preferring('podAntiAffinity', 10, selecting('db')) })).toEqual([0, 0, 200, 200]);
  });

  test('of running pods count as well, a requirement as weight 1', () => {
    const fleet = world();
    fleet.pod('fan', 'a1', { spec: preferring('podAffinity', 4, selecting('web')) });
    fleet.pod('needs', 'b1', { spec: affinity('podAffinity', selecting('web')) });
    fleet.pod('noise', 'a2');
    fleet.pod('noise2', 'bare');
    expect(leads(fleet, app('web'))).toEqual([200, 200, 50, 0]);
    expect(leads(fleet, app('other'))).toEqual([0, 0, 0, 0]);
    fleet.pod('foe', 'a2', { spec: preferring('podAntiAffinity', 8, selecting('web')) });
    fleet.noPod('noise');
    expect(leads(fleet, app('web'))).toEqual([0, 0, 200, 160]);
  });
});
