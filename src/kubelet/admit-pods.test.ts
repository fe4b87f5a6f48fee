import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import { worldWithNode } from '../../test/support/world-with-node.ts';

describe('admission', () => {
  it.each([
    [
      { nodeSelector: { disk: 'ssd' } },
      'NodeAffinity',
      "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
    [
      { containers: [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '40' } } }] },
      'OutOfcpu',
      "Node didn't have enough resource: cpu, requested: 40000, used: 0, capacity: 32000",
    ],
  ])('refuses %j', async (spec, reason, message) => {
    const world = await worldWithNode();
    world.addPod('web', spec);
    await world.run(5_000);
    expect(world.pod('web')?.status).toMatchObject({
      phase: 'Failed',
      reason,
      message: `Pod was rejected: ${message}`,
    });
    expect(world.states.rows.size).toBe(0);
  });

  it('gives the node to the oldest pods, counts those admitted before, and frees what ended', async () => {
    const world = new World();
    world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': '{"cpu":"4","pods":"3"}' } });
    await world.run(0);
    const containers = [{ name: 'main', image: 'web:1', resources: { requests: { cpu: '1500m' } } }];
    for (const name of ['a', 'b', 'c']) {
      world.addPod(name, { containers });
    }
    await world.run(5_000);
    expect(['a', 'b', 'c'].map((name) => world.pod(name)?.status?.reason)).toEqual([undefined, undefined, 'OutOfcpu']);
    world.delete('pods', 'default', 'a', 1);
    await world.run(5_000);
    for (const name of ['d', 'e', 'f']) {
      world.addPod(name, name === 'd' ? { containers } : {});
    }
    await world.run(5_000);
    expect(['d', 'e', 'f'].map((name) => world.pod(name)?.status?.reason)).toEqual([undefined, undefined, 'OutOfpods']);
  });

  it('gives a port of the node once, and again when its pod is over', async () => {
    const world = await worldWithNode();
    const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 80, hostPort: 8080 }] }];
    world.addPod('a', { containers });
    await world.run(5_000);
    world.addPod('b', { containers });
    await world.run(5_000);
    expect(world.pod('b')?.status).toMatchObject({
      reason: 'NodePorts',
      message:
        "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    });
    world.delete('pods', 'default', 'a', 1);
    await world.run(5_000);
    world.addPod('c', { containers });
    await world.run(5_000);
    expect(world.pod('c')?.status?.phase).toBe('Running');
  });

  it('refuses pods that do not tolerate a NoExecute taint', async () => {
    const world = new World();
    world.addNode('n1', { spec: { taints: [{ key: 'gpu', value: 'x', effect: 'NoExecute' }] } });
    await world.run(0);
    world.addPod('web');
    world.addPod('fine', { tolerations: [{ key: 'gpu', operator: 'Exists' }] });
    await world.run(5_000);
    expect(world.pod('web')?.status?.reason).toBe('TaintToleration');
    expect(world.pod('fine')?.status?.phase).toBe('Running');
  });
});
