import { describe, expect, it } from 'vitest';
import type { KubeletConfig } from '../../resources/fleet/kubelet-config.ts';
import { assignmentKey, verdictOf } from '../../values/kubelet-configuration/assignment.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { configStatus, type FindLayer, nextAssignment, planRollout } from './plan.ts';

const layer = (name: string, generation = 1) => ({ name, uid: `u-${name}`, generation, configuration: { maxPods: 5 } });
const configs = (...layers: ReturnType<typeof layer>[]): FindLayer => {
  return (name) => layers.find((each) => each.name === name);
};
const config = (maxUnavailable: string | number): KubeletConfig =>
  ({ metadata: { name: 'a', generation: 2 }, spec: { rollout: { maxUnavailable } } }) as KubeletConfig;

/** A node whose kubelet has seen what it was given. */
function node(name: string, generation: number, more: object = {}): NodeInfo {
  const assigned = nextAssignment({ layers: [] }, { pool: 'a', own: '' }, configs(layer('a', generation)));
  const { status = '', message = '' } = verdictOf(assigned) ?? {};
  const kubeletConfig = { own: '', pool: 'a', assigned, status, message, ...more };
  return { name, conditions: { Ready: 'True' }, kubeletConfig } as unknown as NodeInfo;
}
const wantsOf = (nodes: NodeInfo[]) => new Map(nodes.map((each) => [each, { pool: 'a', own: '' }]));

describe('the KubeletConfigs of a node', () => {
  it('are its own above its pool’s', () => {
    const { layers } = nextAssignment({ layers: [] }, { pool: 'a', own: 'b' }, configs(layer('a'), layer('b', 3)));
    expect(layers.map(({ from, name }) => `${from} ${name}`)).toEqual(['pool a', 'node b']);
  });

  it('stay where the name stands for nothing any more, and go where nothing is named', () => {
    const before = nextAssignment({ layers: [] }, { pool: 'a', own: '' }, configs(layer('a', 4)));
    const kept = nextAssignment(before, { pool: 'a', own: 'x' }, configs());
    expect(kept).toEqual({ layers: before.layers, missing: ['a', 'x'] });
    expect(verdictOf(kept)).toEqual({
      ...{ status: 'False', reason: 'KubeletConfigNotFound' },
      message:
        'KubeletConfig "a" not found; KubeletConfig "x" not found; using last-known-good KubeletConfig a (generation 4)',
    });
    expect(nextAssignment(kept, { pool: '', own: '' }, configs())).toEqual({ layers: [] });
    expect(assignmentKey({ layers: [] })).toBe('');
  });
});

describe('a rollout', () => {
  const find = configs(layer('a', 2));

  it('gives so many nodes the change as may be away', () => {
    const nodes = ['n1', 'n2', 'n3', 'n4'].map((name) => node(name, 1));
    expect(planRollout(config('100%'), wantsOf(nodes), find).now).toHaveLength(4);
    expect(planRollout(config('50%'), wantsOf(nodes), find)).toMatchObject({ waiting: 2, updated: 0 });
    expect(planRollout(config('1%'), wantsOf(nodes), find).now.map(({ name }) => name)).toEqual(['n1']);
  });

  it('takes those that are down first, and counts them', () => {
    const down = { ...node('n2', 1), conditions: { Ready: 'False' } } as unknown as NodeInfo;
    const plan = planRollout(config(1), wantsOf([node('n1', 1), down]), find);
    expect(plan.now.map(({ name }) => name)).toEqual(['n2']);
    expect(plan.waiting).toBe(1);
    expect(planRollout(config(2), wantsOf([node('n1', 1), down]), find).now).toHaveLength(2);
  });

  it('waits for those that have not said that they use it, and for those that cannot', () => {
    const unseen = node('n1', 2, { status: '', message: '' });
    const broken = node('n2', 2, { status: 'False', message: 'no' });
    expect(planRollout(config(1), wantsOf([unseen, node('n3', 1)]), find)).toMatchObject({ now: [], waiting: 1 });
    const plan = planRollout(config(1), wantsOf([broken, node('n3', 1)]), find);
    expect(plan).toMatchObject({ now: [], waiting: 1, failed: [broken] });
    expect(configStatus(config(1), 2, plan, 0).conditions).toMatchObject([
      { type: 'ConfigOk', status: 'False', message: '0 of 2 nodes have generation 2; n2: no' },
    ]);
  });

  it('is over when all say that they use it', () => {
    const nodes = [node('n1', 2), node('n2', 2)];
    const plan = planRollout(config('100%'), wantsOf(nodes), find);
    expect(plan).toMatchObject({ now: [], waiting: 0, updated: 2 });
    expect(configStatus(config('100%'), 2, plan, 0)).toMatchObject({ updatedNodes: 2, observedGeneration: 2 });
  });
});
