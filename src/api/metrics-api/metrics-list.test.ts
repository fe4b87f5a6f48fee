import { expect, it, onTestFinished } from 'vitest';
import { apiFixture } from '../../../test/support/api-fixture.ts';
import { pod } from '../../../test/support/registry-fixture.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { KubeObject } from '../../values/object.ts';

const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', annotations: { 'fleet.flotilla.dev/runtime': 'simulated' } },
};

function run(object: KubeObject): true {
  const startedAt = '2026-01-02T03:04:05Z';
  const containerStatuses = [{ name: 'main', state: { running: { startedAt } } }];
  Object.assign(object, { status: { phase: 'Running', containerStatuses } });
  return true;
}

it('measures more pods than at once, each once, in the order of their names', async () => {
  const stats = { usage: async () => ({ cpu: 10, memory: 1024 }) };
  const runtimes = new Map([['simulated', { name: 'simulated', stats } as unknown as Runtime]]);
  const api = await apiFixture({ runtimes });
  onTestFinished(() => api.close());
  await api.registry.create('nodes', '', node);
  const names = Array.from({ length: 1_100 }, (_, i) => `p-${String(i).padStart(4, '0')}`);
  for (const name of names) {
    await api.registry.create('pods', 'default', pod(name, { nodeName: 'n' }));
    await api.registry.modify('pods', 'default', name, run, { subresource: 'status' });
  }
  const { code, json } = await api.call('GET', '/apis/metrics.k8s.io/v1beta1/pods');
  const items = (json as unknown as { items: { metadata: { name: string } }[] }).items;
  expect([code, items.map(({ metadata }) => metadata.name)]).toEqual([200, names]);
  const nodes = await api.call('GET', '/apis/metrics.k8s.io/v1beta1/nodes');
  expect(nodes.json).toMatchObject({ items: [{ metadata: { name: 'n' } }] });
});
