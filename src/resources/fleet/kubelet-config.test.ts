import { describe, expect, it } from 'vitest';
import { kindFixture } from '../../../test/support/kind-fixture.ts';

const { created, refusals, row } = kindFixture('KubeletConfig');
const config = (configuration?: object, rollout?: object) => ({
  metadata: { name: 'c' },
  spec: { ...(configuration && { configuration }), ...(rollout && { rollout }) },
});

describe('KubeletConfig', () => {
  it('goes to all nodes at once unless told otherwise, and takes no status of the client', () => {
    expect(created({ ...config({ maxPods: 5 }), status: { nodes: 3 } })).toMatchObject({
      spec: { configuration: { maxPods: 5 }, rollout: { maxUnavailable: '100%' } },
    });
    expect(created({ ...config({}), status: { nodes: 3 } }).status).toBeUndefined();
  });

  it.each<[object, string]>([
    [config(), 'spec.configuration: Required value'],
    [config({ maxPodz: 1 }), 'spec.configuration: Invalid value: unknown field "maxPodz"'],
    [
      config({ maxPods: -1 }),
      'spec.configuration: Invalid value: invalid configuration: maxPods (--max-pods) -1 must not be a negative number',
    ],
    [
      config({ port: 1 }),
      'spec.configuration.port: Forbidden: a running kubelet cannot change it; set it in the kubelet file',
    ],
    [config({ kind: 'Pod' }), 'is no kubelet.config.k8s.io/v1beta1, Kind=KubeletConfiguration'],
    [config({}, { maxUnavailable: 0 }), 'spec.rollout.maxUnavailable: Invalid value: 0: must not be 0'],
    [
      config({}, { maxUnavailable: '101%' }),
      'spec.rollout.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
  ])('refuses %j', (object, expected) => {
    const [first, ...more] = refusals(object);
    expect(first).toContain(expected);
    expect(more).toEqual([]);
  });

  it('shows how far it is', () => {
    const metadata = { name: 'c', creationTimestamp: '2026-01-01T03:04:05Z' };
    const status = { nodes: 5, updatedNodes: 2, failedNodes: 1, conditions: [{ type: 'ConfigOk', status: 'False' }] };
    expect(row({ ...config({}), metadata, status })).toEqual({
      ...{ Name: 'c', Nodes: 5, Updated: 2, Failed: 1, ConfigOk: 'False', Age: '24h' },
    });
  });
});
