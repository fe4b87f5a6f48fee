import { beforeEach, expect, it } from 'vitest';
import { type RegistryFixture, registryFixture } from '../../test/support/registry-fixture.ts';
import { createBootstrapTokenAuthenticator } from './bootstrap-token-authenticator.ts';
import { API_AUDIENCE } from './identity.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const TOKEN = 'abcdef.0123456789abcdef';
const DATA = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };

let world: RegistryFixture;
beforeEach(async () => {
  world = await registryFixture();
  await world.registry.create('namespaces', '', { metadata: { name: 'kube-system' } }).catch(() => undefined);
});
const keep = (data: object, more: object = {}) =>
  world.registry.create('secrets', 'kube-system', {
    metadata: { name: 'bootstrap-token-abcdef' },
    type: 'bootstrap.kubernetes.io/token',
    stringData: data,
    ...more,
  });
const ask = (token = TOKEN, audiences?: string[]) =>
  createBootstrapTokenAuthenticator(world.registry, () => NOW).authenticate(token, audiences);

it('lets a node in that is to join, with the groups of its token', async () => {
  await keep({ ...DATA, expiration: '2026-01-01T00:00:01Z', 'auth-extra-groups': 'system:bootstrappers:pool:a' });
  expect(await ask()).toEqual({
    username: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:bootstrappers:pool:a'],
  });
  expect(await ask(TOKEN, [API_AUDIENCE])).toBeDefined();
  expect(await ask(TOKEN, ['another'])).toBeUndefined();
});

it.each([
  ['is over', { expiration: '2026-01-01T00:00:00Z' }],
  ['ends at no time', { expiration: 'tomorrow' }],
  ['is not for that', { 'usage-bootstrap-authentication': 'false' }],
  ['has another secret', { 'token-secret': '0123456789abcdee' }],
  ['has another id', { 'token-id': 'abcdeg' }],
  ['gives groups that are not its to give', { 'auth-extra-groups': 'system:masters' }],
])('not by a token that %s', async (_what, data) => {
  await keep({ ...DATA, ...data });
  expect(await ask()).toBeUndefined();
});

it('not by a secret of another type, and not by none', async () => {
  expect(await ask()).toBeUndefined();
  await keep(DATA, { type: 'Opaque' });
  expect(await ask()).toBeUndefined();
});

it.each(['', 'abcdef', 'abcdef.0123456789ABCDEF', 'abcdef.0123456789abcdef0', `${TOKEN}\n`])(
  '%j is no token',
  async (token) => {
    await keep(DATA);
    expect(await ask(token)).toBeUndefined();
  },
);
