import { expect, it } from 'vitest';
import { read, registryFixture } from '../../test/support/registry-fixture.ts';
import { ensureApiServices } from './ensure-api-services.ts';

it('makes one for each group-version, once, whoever is first', async () => {
  const { registry, time } = await registryFixture();
  await Promise.all([ensureApiServices(registry, time.ms), ensureApiServices(registry, time.ms)]);
  const { items, revision } = await registry.list('apiservices.apiregistration.k8s.io', {});
  const names = items.map(({ name }) => name);
  expect(names).toContain('v1.');
  expect(names).toContain('v2.autoscaling');
  expect(names).toContain('v1beta1.metrics.k8s.io');
  expect(names).toContain('v1.authorization.k8s.io');
  expect(names).toContain('v1alpha1.fleet.flotilla.dev');
  expect(new Set(names).size).toBe(names.length);
  expect(read(await registry.get('apiservices.apiregistration.k8s.io', '', 'v1.apps'))).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
  await ensureApiServices(registry, time.ms);
  expect((await registry.list('apiservices.apiregistration.k8s.io', {})).revision).toBe(revision);
});
