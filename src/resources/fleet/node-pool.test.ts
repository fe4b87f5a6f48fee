import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';
import type { NodePool } from './node-pool.ts';

const { definition, created, completed, refusals, row } = kindFixture('NodePool');
const pool = (spec: object) => ({ metadata: { name: 'default' }, spec });

describe('NodePool', () => {
  it('has one simulated node unless told otherwise, and no status of the client', () => {
    expect(created({ metadata: { name: 'a' }, status: { replicas: 5 } })).toEqual({
      apiVersion: 'fleet.flotilla.dev/v1alpha1',
      kind: 'NodePool',
      metadata: { name: 'a' },
      spec: { replicas: 1, runtime: 'simulated' },
    });
    expect(completed(pool({ replicas: 0 })).spec).toMatchObject({ replicas: 0 });
  });

  it('takes all that its nodes can be', () => {
    const template = {
      capacity: { cpu: 64, memory: '256Gi', 'example.com/gpu': '8' },
      instanceType: 'm5.large',
      metadata: { labels: { tier: 'gold' }, annotations: { note: 'any text' } },
      spec: { taints: [{ key: 'a', effect: 'NoExecute' }], unschedulable: true },
      zones: ['eu-1a', 'eu-1b'],
    };
    const kubelet = { maxPods: 50, kubeReserved: { cpu: '100m' }, leaseDurationSeconds: 20 };
    const simulation = {
      runMs: 1000.5,
      failureRate: 0.1,
      logs: { everyMs: 10, lines: ['x'] },
      containers: { a: { exitCode: 3 } },
    };
    expect(refusals(pool({ replicas: 100_000, template, kubelet, simulation }))).toEqual([]);
  });

  it.each<[object, string]>([
    [{ replicas: -1 }, 'spec.replicas: Invalid value: -1: spec.replicas in body should be greater than or equal to 0'],
    [
      { replicas: 100_001 },
      'spec.replicas: Invalid value: 100001: spec.replicas in body should be less than or equal to 100000',
    ],
    [
      { template: { capacity: { pods: '0.5' } } },
      'spec.template.capacity.pods: Invalid value: "500m": must be an integer',
    ],
    [
      { template: { instanceType: 'a', instanceTypes: [{ name: 'b' }] } },
      'spec.template.instanceType: Forbidden: may not be set beside `instanceTypes`',
    ],
    [
      { template: { instanceTypes: [{ name: 'b', capacity: { cpu: '-1' } }] } },
      'spec.template.instanceTypes[0].capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [{ template: { instanceTypes: [{ name: '' }] } }, 'spec.template.instanceTypes[0].name: Required value'],
    [{ template: { spec: { taints: [{ key: 'a' }] } } }, 'spec.template.spec.taints[0].effect: Required value'],
    [
      { kubelet: { leaseDurationSeconds: 0 } },
      'spec.kubelet.leaseDurationSeconds: Invalid value: 0: spec.kubelet.leaseDurationSeconds in body should be greater than or equal to 1',
    ],
    [
      { kubelet: { kubeReserved: { cpu: '-1' } } },
      'spec.kubelet.kubeReserved.cpu: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      { simulation: { containers: { a: { exitCode: 256 } } } },
      'spec.simulation.containers.a.exitCode: Invalid value: 256: spec.simulation.containers.a.exitCode in body should be less than or equal to 255',
    ],
    [
      { simulation: { logs: { lines: [] } } },
      'spec.simulation.logs.lines: Invalid value: 0: spec.simulation.logs.lines in body should have at least 1 items',
    ],
    [
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } } },
      'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    ],
    [
      { updateStrategy: { type: 'Now' } },
      'spec.updateStrategy.type: Unsupported value: "Now": supported values: "OnDelete", "RollingUpdate"',
    ],
    [
      { autoscaling: { minReplicas: 5, maxReplicas: 4 } },
      'spec.autoscaling.maxReplicas: Invalid value: 4: must be greater than or equal to `minReplicas`',
    ],
    [{ autoscaling: { minReplicas: 0 } }, 'spec.autoscaling.maxReplicas: Required value'],
    [{ repair: {} }, 'spec.repair.notReadySeconds: Required value'],
    [
      { autoscaling: { maxReplicas: 10_000_000 } },
      'spec.autoscaling.maxReplicas: Invalid value: 10000000: spec.autoscaling.maxReplicas in body should be less than or equal to 100000',
    ],
    [
      { simulation: { pullError: '' } },
      'spec.simulation.pullError: Invalid value: "": spec.simulation.pullError in body should be at least 1 chars long',
    ],
  ])('refuses %j', (spec, expected) => {
    expect(refusals(pool(spec))).toEqual([expected]);
  });

  describe('that an older version stored without what is required now', () => {
    const stored = pool({ autoscaling: { minReplicas: 1 }, repair: {} });
    const texts = (next: object, old: object): string[] =>
      (definition.validate?.(completed(next), old as NodePool) ?? []).map(
        ({ field, message }) => `${field}: ${message}`,
      );

    it('may be changed otherwise', () => {
      expect(texts(pool({ ...stored.spec, replicas: 7 }), stored)).toEqual([]);
    });

    it.each([
      [{ autoscaling: {} }, 'spec.repair.notReadySeconds: Required value'],
      [{ repair: {} }, 'spec.autoscaling.maxReplicas: Required value'],
    ])('is spared only what %j lacked', (spec, expected) => {
      expect(texts(stored, pool(spec))).toEqual([expected]);
    });

    it('is refused again once it was mended', () => {
      const mended = pool({ autoscaling: { maxReplicas: 3 }, repair: { notReadySeconds: 60 } });
      expect(texts(stored, mended)).toEqual([
        'spec.autoscaling.maxReplicas: Required value',
        'spec.repair.notReadySeconds: Required value',
      ]);
    });

    it('may go, whatever it lacks', () => {
      const metadata = { name: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' };
      expect(texts({ metadata, spec: stored.spec }, { metadata, spec: {} })).toEqual([]);
    });
  });

  it('refuses labels, zones and runtimes that could not be written', () => {
    const template = { zones: ['a b'], instanceType: '!', metadata: { labels: { 'a b': 'x' } } };
    const fields = refusals(pool({ runtime: 'No', template })).map((text) => text.slice(0, text.indexOf(':')));
    expect(fields).toEqual([
      'spec.runtime',
      'spec.template.instanceType',
      'spec.template.metadata.labels',
      'spec.template.zones[0]',
    ]);
  });

  it('leaves room in its name for the index', () => {
    expect(refusals({ metadata: { name: 'a'.repeat(56) } })).toEqual([]);
    expect(refusals({ metadata: { name: 'a'.repeat(57) } })).toEqual([
      `metadata.name: Invalid value: "${'a'.repeat(57)}": must be no more than 56 bytes`,
    ]);
  });

  it('can be scaled, and shows its progress', () => {
    expect(definition.subresources.scale).toEqual({
      specReplicasPath: 'spec.replicas',
      statusReplicasPath: 'status.replicas',
      selectorPath: 'status.selector',
    });
    const metadata = { name: 'default', creationTimestamp: '2026-01-01T03:04:05Z' };
    expect(row({ metadata, spec: { replicas: 10 }, status: { replicas: 9, readyReplicas: 8 } })).toEqual({
      Name: 'default',
      Desired: 10,
      Nodes: 9,
      Ready: 8,
      Updated: 0,
      Runtime: 'simulated',
      Age: '24h',
    });
  });
});
