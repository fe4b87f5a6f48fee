import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { Node } from './node.ts';

const ready = (world: World, name: string) =>
  world.node(name)?.status?.conditions?.find(({ type }) => type === 'Ready');

describe('the life of a node', () => {
  it('registers with labels, podCIDR, capacity less reservations, addresses, conditions and a lease', async () => {
    const world = new World();
    const kubelet = JSON.stringify({ maxPods: 50, kubeReserved: { cpu: '500m' }, systemReserved: { memory: '1Gi' } });
    const annotations = {
      'fleet.flotilla.dev/capacity': '{"cpu":"8","memory":"16Gi"}',
      'fleet.flotilla.dev/kubelet': kubelet,
      'fleet.flotilla.dev/instance-type': 'm.large',
    };
    world.addNode('n1', { annotations });
    await world.run(0);
    const node = world.node('n1');
    expect(node?.metadata.labels).toEqual({
      'kubernetes.io/hostname': 'n1',
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      'node.kubernetes.io/instance-type': 'm.large',
    });
    expect(node?.spec?.podCIDR).toMatch(/^10\.\d+\.\d+\.0\/24$/);
    expect(node?.status?.capacity).toMatchObject({ cpu: '8', memory: '16Gi', pods: '50' });
    expect(node?.status?.allocatable).toMatchObject({ cpu: '7500m', memory: '15626240Ki', pods: '50' });
    expect(node?.status?.addresses?.map(({ type }) => type)).toEqual(['InternalIP', 'Hostname']);
    expect(node?.status?.nodeInfo).toMatchObject({ containerRuntimeVersion: 'simulated://0.1.0' });
    expect(node?.status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
      'NetworkUnavailable=False RouteCreated',
      'MemoryPressure=False KubeletHasSufficientMemory',
      'DiskPressure=False KubeletHasNoDiskPressure',
      'PIDPressure=False KubeletHasSufficientPID',
      'Ready=True KubeletReady',
    ]);
    expect(world.all('leases.coordination.k8s.io')).toMatchObject([
      {
        metadata: {
          name: 'n1',
          namespace: 'kube-node-lease',
          ownerReferences: [{ kind: 'Node', name: 'n1', uid: node?.metadata.uid }],
        },
        spec: { holderIdentity: 'n1', leaseDurationSeconds: 40 },
      },
    ]);
    expect(world.leases.leased).toEqual(new Set(['n1']));
  });

  it('adopts what was set before and never touches a foreign node', async () => {
    const world = new World();
    world.add('nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'foreign' },
      spec: {},
    });
    world.addNode('n1', { spec: { podCIDR: '10.9.0.0/24', taints: [{ key: 'a', effect: 'NoSchedule' }] } });
    world.edit<Node>('nodes', '', 'n1', (node) => {
      node.metadata.labels = { 'kubernetes.io/os': 'windows', mine: 'x' };
      node.status = { conditions: [{ type: 'Custom', status: 'True' }] };
    });
    world.due.set('node/foreign', 0);
    await world.run(0);
    expect(world.node('n1')?.metadata.labels).toMatchObject({ 'kubernetes.io/os': 'windows', mine: 'x' });
    expect(world.node('n1')?.spec?.podCIDR).toBe('10.9.0.0/24');
    expect(world.node('n1')?.status?.conditions?.at(-1)).toEqual({ type: 'Custom', status: 'True' });
    expect(world.node('foreign')?.status).toBeUndefined();
    expect(world.all('leases.coordination.k8s.io')).toHaveLength(1);
  });

  it('reports every five minutes, not more often, and keeps the transition time', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(0);
    const version = world.node('n1')?.metadata.resourceVersion;
    await world.run(200_000);
    expect(world.node('n1')?.metadata.resourceVersion).toBe(version);
    await world.run(200_000);
    expect(Number(world.node('n1')?.metadata.resourceVersion)).toBe(Number(version) + 1);
    expect(ready(world, 'n1')?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
    expect(ready(world, 'n1')?.lastHeartbeatTime).not.toBe('2026-01-01T00:00:00Z');
  });

  it('plays dead while the fault is there, and comes back when it goes', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(0);
    world.edit<Node>('nodes', '', 'n1', (node) => {
      node.metadata.annotations = { ...node.metadata.annotations, 'fleet.flotilla.dev/fault': 'stop-heartbeat' };
    });
    world.addPod('web');
    await world.run(60_000);
    expect(world.leases.suspended).toEqual(new Set(['n1']));
    expect(world.pod('web')?.status).toEqual({ phase: 'Pending' });
    world.edit<Node>('nodes', '', 'n1', (node) => {
      for (const condition of node.status?.conditions ?? []) {
        condition.status = 'Unknown';
      }
    });
    await world.run(1_000);
    expect(ready(world, 'n1')?.status).toBe('Unknown');
    world.edit<Node>('nodes', '', 'n1', (node) => {
      delete node.metadata.annotations?.['fleet.flotilla.dev/fault'];
    });
    await world.run(25_000);
    expect(world.errors).toEqual([]);
    expect(world.leases.suspended.size).toBe(0);
    expect(world.leases.renewals).toBe(1);
    expect(ready(world, 'n1')?.status).toBe('True');
    expect(world.pod('web')?.status?.phase).toBe('Running');
  });

  it('says so when it was given up though it lives', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(0);
    world.edit<Node>('nodes', '', 'n1', (node) => {
      const condition = node.status?.conditions?.find(({ type }) => type === 'Ready');
      Object.assign(condition ?? {}, { status: 'Unknown', reason: 'NodeStatusUnknown' });
    });
    await world.run(100);
    expect(ready(world, 'n1')).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  });

  it('tells when it is cordoned and uncordoned, once', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(0);
    const cordon = async (unschedulable: boolean) => {
      world.edit<Node>('nodes', '', 'n1', (node) => {
        node.spec = { ...node.spec, unschedulable };
      });
      await world.run(700_000);
    };
    await cordon(true);
    await cordon(false);
    const told = (await world.events()).filter((event) => event.includes('Schedulable'));
    expect(told).toEqual([
      'NodeNotSchedulable Node n1 status is now: NodeNotSchedulable',
      'NodeSchedulable Node n1 status is now: NodeSchedulable',
    ]);
  });

  it('is NotReady with the reason while its runtime is not there or fails', async () => {
    const world = new World();
    world.addNode('odd', { annotations: { 'fleet.flotilla.dev/runtime': 'warp' } });
    world.addNode('n1');
    await world.run(0);
    expect(ready(world, 'odd')).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'runtime "warp" is not enabled on this worker',
    });
    expect(ready(world, 'n1')?.status).toBe('True');
  });

  it('removes what runs on a node that is gone', async () => {
    const world = new World();
    world.addNode('n1');
    world.addPod('web');
    await world.run(5_000);
    world.delete('nodes', '', 'n1', 0);
    await world.run(1_000);
    expect(world.states.rows.size).toBe(0);
  });

  it('removes orphans, but nothing when the runtime cannot list', async () => {
    const world = new World();
    world.addNode('n1');
    await world.run(1_000);
    const sandbox = {
      namespace: 'default',
      nodeName: 'n1',
      labels: {},
      annotations: {},
      nodeAnnotations: {},
      hostNetwork: false,
      restartPolicy: 'Always',
    };
    await world.runtime.ensurePod({ ...sandbox, uid: 'stray', name: 'stray' });
    world.states.failing = new Error('disk on fire');
    await world.run(400_000);
    expect(world.states.rows.has('stray')).toBe(true);
    world.states.failing = undefined;
    await world.run(400_000);
    expect(world.states.rows.has('stray')).toBe(false);
  });
});

describe('batches', () => {
  it('registers 500 nodes with a handful of writes', async () => {
    const world = new World();
    for (let i = 0; i < 500; i += 1) {
      world.addNode(`n${i}`);
    }
    await world.pass();
    expect(world.calls.get('createAll')).toBe(1);
    expect(world.calls.get('updateStatuses')).toBe(2);
    expect(world.leases.leased.size).toBe(500);
    expect(world.states.loads).toBeLessThan(4);
  });

  it('refuses what a full node has no room for after one more look, and knows its pods as a quantity', async () => {
    const world = new World();
    const capacity = JSON.stringify({ cpu: '1k', memory: '10Ti', pods: '1k', 'ephemeral-storage': '1Ti' });
    world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': capacity } });
    await world.run(0);
    for (let i = 0; i < 1_200; i += 1) {
      world.addPod(`p${i}`, { nodeName: 'n1' }, { pullMs: 500, startMs: 100 });
    }
    world.calls.clear();
    const before = world.runs;
    await world.run(5_000);
    const phases = world.all('pods').map((pod) => (pod.status as { phase: string }).phase);
    expect(phases.filter((phase) => phase === 'Running')).toHaveLength(1_000);
    expect(phases.filter((phase) => phase === 'Failed')).toHaveLength(200);
    expect(world.calls.get('list')).toBeLessThan(2 * (world.runs - before));
  });

  it('brings up 1,000 pods in a few round trips', async () => {
    const world = new World();
    for (let i = 1; i <= 20; i += 1) {
      world.addNode(`n${i}`);
    }
    await world.run(0);
    world.states.loads = 0;
    world.calls.clear();
    for (let i = 0; i < 1_000; i += 1) {
      world.addPod(`p${i}`, { nodeName: `n${(i % 20) + 1}` }, { pullMs: 500, startMs: 100 });
    }
    const before = world.runs;
    await world.run(5_000);
    const passes = world.runs - before;
    expect(world.all('pods').every((pod) => (pod.status as { phase: string }).phase === 'Running')).toBe(true);
    expect(passes).toBeLessThan(6);
    expect(world.states.loads).toBeLessThan(15);
    expect(world.states.saves).toBeLessThan(6);
    expect(world.calls.get('updateStatuses')).toBeLessThan(2 * passes + 1);
  });
});
