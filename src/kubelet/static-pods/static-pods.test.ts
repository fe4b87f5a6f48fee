import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';

const manifest = (image: string, extra: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'agent', annotations: { 'fleet.flotilla.dev/simulation': '{"stopMs": 1000}' } },
  spec: { restartPolicy: 'Always', containers: [{ name: 'main', image }], ...extra },
});
const file = (value: unknown) => [{ file: '/etc/pods/N1/agent.yaml', content: { value } }];
const look = async (world: World) => {
  world.due.set('node/N1', world.now);
  await world.run(5_000);
};
async function worldWith(value: unknown) {
  const world = new World({ staticPodPath: '/etc/pods/$(NODE_NAME)' });
  world.manifests.set('/etc/pods/N1', file(value));
  world.addNode('N1');
  await world.run(5_000);
  return world;
}
const annotation = (pod: Pod | undefined, name: string) => pod?.metadata.annotations?.[`kubernetes.io/config.${name}`];

describe('a static pod', () => {
  it('runs through a mirror that says where it comes from', async () => {
    const world = await worldWith(manifest('a:1'));
    const pod = world.pod('agent-n1');
    expect(pod).toMatchObject({ spec: { nodeName: 'N1' }, status: { phase: 'Running' } });
    expect(pod?.metadata.ownerReferences).toMatchObject([{ kind: 'Node', name: 'N1', controller: true }]);
    expect(pod?.spec.tolerations).toEqual([{ operator: 'Exists', effect: 'NoExecute' }]);
    expect(annotation(pod, 'source')).toBe('file');
    expect(annotation(pod, 'hash')).toMatch(/^[0-9a-f]{32}$/);
    expect(annotation(pod, 'mirror')).toBe(annotation(pod, 'hash'));
  });

  const main = (world: World) => world.pod('agent-n1')?.status?.containerStatuses?.[0];

  it.each([
    ['with grace', 30],
    ['by force', 0],
  ])('runs on when its mirror is deleted %s, and gets another', async (_, grace) => {
    const world = await worldWith(manifest('a:1'));
    const { uid, annotations } = world.pod('agent-n1')?.metadata ?? {};
    const before = main(world);
    world.delete('pods', 'default', 'agent-n1', grace);
    await world.run(10_000);
    const { metadata, status } = world.pod('agent-n1') ?? {};
    expect(status?.phase).toBe('Running');
    expect(metadata?.uid).not.toBe(uid);
    expect(metadata?.annotations?.['kubernetes.io/config.hash']).toBe(annotations?.['kubernetes.io/config.hash']);
    expect(main(world)).toEqual(before);
    expect([world.calls.get('killPod'), world.calls.get('startContainer'), world.states.doubles]).toEqual([
      undefined,
      1,
      [],
    ]);
    expect(world.states.rows.size).toBe(1);
    expect(world.errors).toEqual([]);
  });

  it('keeps its count of restarts and its back-off without a mirror', async () => {
    const crashing = manifest('a:1');
    crashing.metadata.annotations['fleet.flotilla.dev/simulation'] = '{"runMs": 1000, "exitCode": 1, "stopMs": 0}';
    const world = await worldWith(crashing);
    await world.run(100_000);
    const { restartCount = 0 } = main(world) ?? {};
    expect(restartCount).toBeGreaterThan(2);
    world.delete('pods', 'default', 'agent-n1', 30);
    await world.run(5_000);
    expect(main(world)).toMatchObject({ restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } });
  });

  it('runs on through the end of a worker between the two mirrors, and through looks for leftovers', async () => {
    const world = await worldWith(manifest('a:1'));
    const before = main(world);
    world.crashIn = 0;
    world.crashAfterEffect = true;
    world.delete('pods', 'default', 'agent-n1', 30);
    await world.run(5_000);
    await look(world);
    expect(main(world)).toEqual(before);
    expect(world.calls.get('killPod')).toBeUndefined();
  });

  it('ends when its file goes while it has no mirror', async () => {
    const world = await worldWith(manifest('a:1'));
    world.manifests.set('/etc/pods/N1', []);
    world.delete('pods', 'default', 'agent-n1', 0);
    await world.run(10_000);
    expect([world.pod('agent-n1'), world.states.rows.size]).toEqual([undefined, 0]);
  });

  it('is not what a pod that copies its annotations gets the containers of', async () => {
    const world = await worldWith(manifest('a:1'));
    const { annotations = {} } = world.pod('agent-n1')?.metadata ?? {};
    world.add('pods', {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'thief', namespace: 'default', annotations } },
      spec: { nodeName: 'N1', restartPolicy: 'Always', containers: [{ name: 'main', image: 'b:1' }] },
    });
    await world.run(1_000);
    expect(world.pod('thief')?.status?.containerStatuses?.[0]?.['containerID']).not.toBe(main(world)?.['containerID']);
  });

  it('is replaced when its file changes, and ends with it', async () => {
    const world = await worldWith(manifest('a:1'));
    world.manifests.set('/etc/pods/N1', file(manifest('a:2')));
    await look(world);
    await world.run(5_000);
    expect(world.pod('agent-n1')).toMatchObject({
      spec: { containers: [{ image: 'a:2' }] },
      status: { phase: 'Running' },
    });
    world.manifests.set('/etc/pods/N1', []);
    await look(world);
    expect(world.pod('agent-n1')).toBeUndefined();
  });

  it('stays while a file cannot be read', async () => {
    const world = await worldWith(manifest('a:1'));
    world.manifests.set('/etc/pods/N1', [{ file: '/etc/pods/N1/agent.yaml', content: { problem: 'bad YAML' } }]);
    await look(world);
    expect(world.pod('agent-n1')?.status?.phase).toBe('Running');
    expect(await world.events()).toContain('InvalidConfiguration static pod /etc/pods/N1/agent.yaml: bad YAML');
  });

  it.each([
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }, 'expected a Pod of v1'],
    [{ ...manifest('a:1'), metadata: {} }, 'invalid pod: name must be set'],
    [manifest('a:1', { serviceAccountName: 'x' }), 'a mirror pod may not reference service accounts'],
    [manifest('a:1', { volumes: [{ name: 'x', configMap: {} }] }), 'a static pod may not refer to objects of the API'],
    ['text', 'expected a Pod of v1'],
  ])('refuses %j', async (value, why) => {
    const world = await worldWith(value);
    expect((await world.events()).join('\n')).toContain(
      `InvalidConfiguration static pod /etc/pods/N1/agent.yaml: ${why}`,
    );
    expect(world.all('pods')).toEqual([]);
  });

  it('is no business of a node of which nothing is known', async () => {
    const world = await worldWith(manifest('a:1'));
    world.edit<Node>('nodes', '', 'N1', ({ metadata }) => {
      delete metadata.annotations?.['fleet.flotilla.dev/runtime'];
    });
    world.manifests.set('/etc/pods/N1', []);
    await look(world);
    expect(world.pod('agent-n1')).toBeDefined();
  });

  it('of many nodes starts a few at a time, and a folder that they share is read once', async () => {
    const world = new World({ staticPodPath: '/etc/pods' });
    world.syncConcurrency = 5;
    world.restart();
    let reads = 0;
    world.manifests.get = () => {
      reads += 1;
      return file(manifest('a:1'));
    };
    for (let at = 0; at < 60; at += 1) {
      world.addNode(`n${at}`);
    }
    await world.pass();
    expect([world.all('pods').length, world.most.get('create'), reads]).toEqual([60, 5, 1]);
  });
});
