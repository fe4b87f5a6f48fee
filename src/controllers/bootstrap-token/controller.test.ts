import { afterEach, beforeEach, expect, test } from 'vitest';
import { FleetWorld } from '../../../test/support/fleet-world.ts';
import { bootstrapTokenController } from './controller.ts';

let fleet: FleetWorld;
beforeEach(async () => {
  fleet = new FleetWorld([bootstrapTokenController]);
  await fleet.start();
});
afterEach(() => fleet.stop());

const add = (name: string, type: string, namespace = 'kube-system') => {
  const expiration = Buffer.from(new Date(fleet.clock.now() + 60_000).toISOString().replace('.000', '')).toString(
    'base64',
  );
  fleet.add('secrets', { kind: 'Secret', metadata: { name, namespace }, type, data: { expiration } });
};
const names = () => fleet.all('secrets').map(({ metadata }) => metadata.name);

test('a token goes when it expires, nothing else does', async () => {
  add('bootstrap-token-abcdef', 'bootstrap.kubernetes.io/token');
  add('other', 'Opaque');
  add('elsewhere', 'bootstrap.kubernetes.io/token', 'default');
  await fleet.advance(50_000);
  expect(names()).toEqual(['bootstrap-token-abcdef', 'other', 'elsewhere']);
  await fleet.advance(11_000);
  expect(names()).toEqual(['other', 'elsewhere']);
  expect(fleet.errors).toEqual([]);
});
