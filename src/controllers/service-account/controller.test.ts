import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { serviceAccountController } from './controller.ts';

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([serviceAccountController]);
  fleet.add('namespaces', { kind: 'Namespace', metadata: { name: 'old' }, spec: { finalizers: ['kubernetes'] } });
  await fleet.start();
  await fleet.advance(1_000);
});
afterEach(() => fleet.stop());
const accounts = () => fleet.all('serviceaccounts').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

test('every namespace gets its account, also one that was there before', () => {
  expect(accounts()).toContain('old/default');
});

test('it comes again when it is deleted, but not in a namespace that ends', async () => {
  await fleet.delete('serviceaccounts', 'old', 'default');
  await fleet.advance(1_000);
  expect(accounts()).toContain('old/default');
  await fleet.delete('namespaces', '', 'old');
  await fleet.delete('serviceaccounts', 'old', 'default');
  await fleet.advance(1_000);
  expect(accounts()).not.toContain('old/default');
  expect(fleet.errors).toEqual([]);
});
