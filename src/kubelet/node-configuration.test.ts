import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { KubeletConfiguration } from '../values/kubelet-configuration/configuration.ts';
import type { Node } from './node.ts';

const CAPACITY = JSON.stringify({ cpu: '8', memory: '16Gi', pods: '200', 'ephemeral-storage': '100Gi' });

async function node(configuration: KubeletConfiguration, annotations: Record<string, string> = {}) {
  const world = new World(configuration);
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/capacity': CAPACITY, ...annotations } });
  await world.run(0);
  return { world, status: world.node('n1')?.status };
}

describe('the KubeletConfiguration of the fleet', () => {
  it('decides what a node gives out', async () => {
    const { status } = await node({
      ...{ kubeReserved: { cpu: '500m', memory: '1Gi' }, systemReserved: { cpu: '500m' } },
      ...{ evictionHard: { 'memory.available': '1Gi', 'nodefs.available': '20%' }, maxPods: 100, podsPerCore: 10 },
    });
    expect(status?.capacity).toMatchObject({ cpu: '8', pods: '80' });
    expect(status?.allocatable).toEqual({
      ...{ cpu: '7', memory: `${14 * 1024 * 1024}Ki`, pods: '80', 'ephemeral-storage': String(80 * 2 ** 30) },
    });
  });

  it('gives way to what the node says of itself', async () => {
    const own = JSON.stringify({ maxPods: 30, leaseDurationSeconds: 20 });
    const { status } = await node({ maxPods: 100 }, { 'fleet.flotilla.dev/kubelet': own });
    expect(status?.capacity?.['pods']).toBe('30');
    const bad = JSON.stringify({ maxPods: 'many' });
    expect((await node({ maxPods: 100 }, { 'fleet.flotilla.dev/kubelet': bad })).status?.capacity?.['pods']).toBe(
      '100',
    );
  });

  it('taints nodes as they register, and never again', async () => {
    const taint = { key: 'new', value: 'yes', effect: 'NoSchedule' };
    const { world } = await node({ registerWithTaints: [taint] });
    expect(world.node('n1')?.spec?.taints).toEqual([taint]);
    await world.registry.modify<Node>('nodes', '', 'n1', (object) => {
      object.spec = { ...object.spec, taints: [] };
      return true;
    });
    await world.run(600_000);
    expect(world.node('n1')?.spec?.taints).toEqual([]);
  });

  it('describes nodes as they register, without what they say of themselves', async () => {
    const world = new World({ providerID: 'fleet:///$(NODE_NAME)', registerWithTaints: [] });
    world.nodeLabels = { disk: 'ssd', 'kubernetes.io/arch': 'arm64' };
    world.restart();
    world.addNode('n1');
    world.addNode('n2', { spec: { providerID: 'mine' } });
    await world.run(0);
    expect(world.node('n1')?.spec?.providerID).toBe('fleet:///n1');
    expect(world.node('n2')?.spec?.providerID).toBe('mine');
    const os = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64' };
    expect(world.node('n1')?.metadata.labels).toEqual({ ...os, 'kubernetes.io/hostname': 'n1', disk: 'ssd' });
    world.edit<Node>('nodes', '', 'n1', ({ metadata }) => {
      delete metadata.labels?.['disk'];
    });
    await world.run(600_000);
    expect(world.node('n1')?.metadata.labels).not.toHaveProperty('disk');
  });

  it('leaves nodes undescribed that are not its own to register', async () => {
    const taint = { key: 'new', effect: 'NoSchedule' };
    const { world, status } = await node({ registerNode: false, registerWithTaints: [taint], providerID: 'x' });
    expect(status?.conditions?.at(-1)).toMatchObject({ type: 'Ready', status: 'True' });
    const { metadata, spec } = world.node('n1') ?? {};
    expect([metadata?.labels, spec?.taints, spec?.providerID]).toEqual([undefined, undefined, undefined]);
    expect(spec?.podCIDR).toBeDefined();
  });

  it('gives way to KubeletConfigs, the node’s above its pool’s, and says so in a condition', async () => {
    const layers = [
      { from: 'pool', name: 'a', uid: 'u', generation: 2, configuration: { maxPods: 30, podsPerCore: 2 } },
      { from: 'node', name: 'b', uid: 'v', generation: 1, configuration: { podsPerCore: 3 } },
    ];
    const assigned = (given: object) => ({ 'fleet.flotilla.dev/assigned-kubelet-config': JSON.stringify(given) });
    const { status } = await node({ maxPods: 100 }, assigned({ layers }));
    expect(status?.capacity?.['pods']).toBe('24');
    const ok = { type: 'KubeletConfigOk', status: 'True', reason: 'KubeletConfigActive' };
    const message = 'using KubeletConfig a (generation 2), KubeletConfig b (generation 1)';
    expect(status?.conditions?.at(-1)).toMatchObject({ ...ok, message });
    const bad = { ...layers[0], configuration: { imageGCLowThresholdPercent: 90 } };
    const { status: refused } = await node({ maxPods: 100 }, assigned({ layers: [bad] }));
    expect(refused?.capacity?.['pods']).toBe('100');
    expect(refused?.conditions?.at(-1)).toMatchObject({ status: 'False', reason: 'KubeletConfigInvalid' });
    // Whoever writes the annotation by hand must not make a worker read the folders of its host.
    const reach = { ...layers[0], configuration: { staticPodPath: '/dev' } };
    const { status: still } = await node({ maxPods: 100 }, assigned({ layers: [reach] }));
    const why = expect.stringContaining('staticPodPath: cannot be changed while the kubelet runs');
    expect(still?.conditions?.at(-1)).toMatchObject({ status: 'False', message: why });
    expect((await node({}, {})).status?.conditions?.at(-1)?.type).toBe('Ready');
  });

  it('bounds the crash back-off', async () => {
    const { world } = await node({ crashLoopBackOff: { maxContainerRestartPeriod: '15s' } });
    const crash = { runMs: 100, exitCode: 1 };
    world.addPod('p', { containers: [{ name: 'main', image: 'a:1' }] }, crash);
    await world.run(300_000);
    expect(world.pod('p')?.status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(15);
    expect(world.states.doubles).toEqual([]);
  });
});
