import { expect, it, vi } from 'vitest';
import { registryFixture } from '../../test/support/registry-fixture.ts';
import { systemClock } from '../timing/clock.ts';
import { seededRandom } from '../timing/random.ts';
import { ServiceLinks } from './service-links.ts';

const service = (name: string, clusterIP: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { clusterIP, ports: [{ port: 80 }] },
});

it('follows the services that there are, each namespace by itself', async () => {
  const { registry } = await registryFixture();
  for (const namespace of ['default', 'a', 'b']) {
    await registry
      .create('namespaces', '', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      .catch(() => undefined);
  }
  await registry.create('services', 'a', service('db', '10.96.0.20'));
  const stop = new AbortController();
  const links = new ServiceLinks(systemClock, seededRandom(1));
  const early = links.envOf('a', true);
  void links.start(registry, stop.signal, () => undefined);
  expect((await early).get('DB_SERVICE_HOST')).toBe('10.96.0.20');
  expect((await links.envOf('b', true)).size).toBe(0);
  await registry.create('services', 'default', service('kubernetes', '10.96.0.1'));
  await registry.create('services', 'a', service('headless', 'None'));
  await registry.delete('services', 'a', 'db');
  await vi.waitUntil(async () => !(await links.envOf('a', true)).has('DB_SERVICE_HOST'));
  expect([...(await links.envOf('a', false)).keys()]).toContain('KUBERNETES_SERVICE_HOST');
  expect([...(await links.envOf('a', true)).keys()].filter((name) => name.startsWith('HEADLESS'))).toEqual([]);
  stop.abort();
});
