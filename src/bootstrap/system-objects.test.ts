import { expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { read, registryFixture } from '../../test/support/registry-fixture.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { seededRandom } from '../timing/random.ts';
import { keepSystemObjects } from './system-objects.ts';

it('the Service of the API and the system namespaces come back within seconds of their deletion', async () => {
  const { registry } = await registryFixture();
  const clock = new ManualClock();
  const stop = new AbortController();
  const warned: unknown[] = [];
  const logger = { ...silentLogger, warn: (entry: unknown) => void warned.push(entry) };
  const around = { clock, random: seededRandom(1), logger, signal: stop.signal };
  const kept = keepSystemObjects({ registry, apiPort: 6443, ...around });
  const comes = async () => {
    await clock.advance(11_000);
    await expect.poll(() => registry.find('services', 'default', 'kubernetes')).toBeDefined();
  };
  await comes();
  await registry.delete('services', 'default', 'kubernetes');
  await registry.delete('namespaces', '', 'kube-node-lease');
  await comes();
  expect(read(await registry.get('services', 'default', 'kubernetes'))).toMatchObject({
    metadata: { labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
  });
  expect(await registry.find('namespaces', '', 'kube-node-lease')).toBeDefined();
  // Its address is somebody's meanwhile: it comes when that is free again.
  await registry.delete('services', 'default', 'kubernetes');
  const rival = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'rival', namespace: 'default' } };
  await registry.create('services', 'default', { ...rival, spec: { clusterIP: '10.96.0.1', ports: [{ port: 1 }] } });
  await clock.advance(11_000);
  await expect.poll(() => warned.length).toBe(1);
  expect(await registry.find('services', 'default', 'kubernetes')).toBeUndefined();
  await registry.delete('services', 'default', 'rival');
  await comes();
  stop.abort();
  await kept;
});
