import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import type { KubeObject } from '../../values/object.ts';
import { rootCaController } from './controller.ts';

const NAME = 'kube-root-ca.crt';
interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}
let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([rootCaController]);
  fleet.add('namespaces', { kind: 'Namespace', metadata: { name: 'old' }, spec: { finalizers: ['kubernetes'] } });
  await fleet.start();
  await fleet.advance(1_000);
});
afterEach(async () => {
  expect(fleet.errors).toEqual([]);
  await fleet.stop();
});
const map = () =>
  fleet.all('configmaps').find(({ metadata }) => metadata.namespace === 'old' && metadata.name === NAME) as
    | ConfigMap
    | undefined;

test('every namespace knows whom to trust, also one that was there before', () => {
  expect(map()?.data).toEqual({ 'ca.crt': 'AUTHORITY\n' });
  expect(map()?.metadata.annotations?.['kubernetes.io/description']).toMatch(/^Contains a CA bundle/);
});

test('what is changed is restored, what others added to its metadata stays', async () => {
  await fleet.registry.modify<ConfigMap>('configmaps', 'old', NAME, (object) => {
    object.data = { 'ca.crt': 'MALLORY', more: '1' };
    object.metadata.labels = { mine: 'yes' };
  });
  await fleet.advance(1_000);
  expect(map()).toMatchObject({ data: { 'ca.crt': 'AUTHORITY\n' }, metadata: { labels: { mine: 'yes' } } });
  expect(map()?.data).not.toHaveProperty('more');
});

/** As the queue's sweep does every minute. */
async function sweep(): Promise<void> {
  await fleet.due.add([{ shard: rootCaController.name, key: '*' }]);
  await fleet.advance(1_000);
}

test('another authority of the API is taken over, and none does not empty it', async () => {
  const both = { 'ca.crt': 'AUTHORITY\nSECOND\n' };
  fleet.authorities.push('SECOND\n');
  await sweep();
  expect(map()?.data).toEqual(both);
  fleet.authorities.length = 0;
  await sweep();
  expect(map()?.data).toEqual(both);
});

test('it comes again when it is deleted, but not in a namespace that ends', async () => {
  await fleet.delete('configmaps', 'old', NAME);
  await fleet.advance(1_000);
  expect(map()).toBeDefined();
  await fleet.delete('namespaces', '', 'old');
  await fleet.delete('configmaps', 'old', NAME);
  await fleet.advance(1_000);
  expect(map()).toBeUndefined();
});
