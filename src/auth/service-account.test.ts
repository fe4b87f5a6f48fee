import { beforeEach, describe, expect, it } from 'vitest';
import { type RegistryFixture, registryFixture } from '../../test/support/registry-fixture.ts';
import { anyAuthenticator } from './any-authenticator.ts';
import { API_AUDIENCE } from './identity.ts';
import { createServiceAccountAuthenticator } from './service-account-authenticator.ts';
import { audiencesOf } from './service-account-claims.ts';
import { createServiceAccountTokens } from './service-account-tokens.ts';

const HOUR = 3_600_000;
const time = { now: Date.parse('2026-01-01T00:00:00Z'), monotonic: 0 };
const tokensOf = (secret: string) =>
  createServiceAccountTokens({ secret: Buffer.from(secret), now: () => time.now, newId: () => 'an id' });
const tokens = tokensOf('shared by the replicas');

let world: RegistryFixture;
let uid: string;
const request = (more: object = {}) => ({
  ...{ namespace: 'default', serviceaccount: { name: 'robot', uid }, audiences: [], seconds: 3_600 },
  ...more,
});
const authenticator = () =>
  createServiceAccountAuthenticator({ tokens, registry: world.registry, monotonic: () => time.monotonic });

beforeEach(async () => {
  time.now = Date.parse('2026-01-01T00:00:00Z');
  time.monotonic = 0;
  world = await registryFixture();
  uid = (await world.registry.create('serviceaccounts', 'default', { metadata: { name: 'robot' } })).object.uid;
});

describe('tokens of service accounts', () => {
  it('are known to every replica, and to nobody with another secret', async () => {
    const { token, expiresAt } = await tokens.issue(request());
    expect(expiresAt).toBe(time.now + HOUR);
    expect(await tokensOf('shared by the replicas').verify(token)).toMatchObject({ namespace: 'default' });
    expect(await tokensOf('another').verify(token)).toBeUndefined();
  });

  it('expire, and are for those they name', async () => {
    const { token } = await tokens.issue(request({ audiences: ['vault'] }));
    expect(await tokens.verify(token)).toBeUndefined();
    expect(await tokens.verify(token, ['other', 'vault'])).toBeDefined();
    expect(audiencesOf(token)).toEqual(['vault']);
    time.now += HOUR;
    expect(await tokens.verify(token, ['vault'])).toBeUndefined();
  });

  it.each(['', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.', 'x'.repeat(5_000)])('are not %#', async (text) => {
    expect(await tokens.verify(text)).toBeUndefined();
    expect(await authenticator().authenticate(text)).toBeUndefined();
  });
});

describe('service account authenticator', () => {
  it('says who it is', async () => {
    const { token } = await tokens.issue(request());
    expect(await authenticator().authenticate(token)).toEqual({
      username: 'system:serviceaccount:default:robot',
      uid,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default'],
      extra: { 'authentication.kubernetes.io/credential-id': ['JTI=an id'] },
    });
  });

  it('forgets an account that is gone, or was made anew, within ten seconds', async () => {
    const { token } = await tokens.issue(request());
    const guard = authenticator();
    await guard.authenticate(token);
    await world.registry.delete('serviceaccounts', 'default', 'robot');
    await world.registry.create('serviceaccounts', 'default', { metadata: { name: 'robot' } });
    expect(await guard.authenticate(token)).toBeDefined();
    time.monotonic += 10_000;
    expect(await guard.authenticate(token)).toBeUndefined();
  });

  it('lets the token of a secret in for as long as that secret holds it, without an end', async () => {
    const token = await tokens.issueForSecret({ namespace: 'default', name: 'robot', uid }, 'held');
    expect(audiencesOf(token)).toEqual([API_AUDIENCE]);
    expect(await authenticator().authenticate(token)).toBeUndefined();
    const secret = (data: object) => ({ metadata: { name: 'held', namespace: 'default' }, type: 'Opaque', data });
    await world.registry.create('secrets', 'default', secret({ token: Buffer.from(token).toString('base64') }));
    time.now += 100 * 365 * 24 * HOUR;
    expect(await authenticator().authenticate(token)).toEqual({
      username: 'system:serviceaccount:default:robot',
      uid,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default'],
    });
    expect(await authenticator().authenticate(token, ['vault'])).toBeUndefined();
    expect(await authenticator().authenticate(token, ['vault', API_AUDIENCE])).toBeDefined();
    await world.registry.update('secrets', 'default', 'held', secret({ token: 'b3RoZXI=' }));
    expect(await authenticator().authenticate(token)).toBeUndefined();
  });

  it('a bound token ends with its pod', async () => {
    const reference = { name: 'its', uid: 'gone' };
    const { token } = await tokens.issue(request({ bound: { kind: 'pod', reference } }));
    expect(await authenticator().authenticate(token)).toBeUndefined();
  });
});

describe('anyAuthenticator', () => {
  it('asks one after the other, and makes whoever is known a member', async () => {
    const knows = (token: string, groups: string[]) => ({
      authenticate: async (given: string) => (given === token ? { username: token, groups } : undefined),
    });
    const any = anyAuthenticator([knows('a', []), knows('b', ['system:authenticated'])]);
    expect(await any.authenticate('a')).toEqual({ username: 'a', groups: ['system:authenticated'] });
    expect(await any.authenticate('b')).toEqual({ username: 'b', groups: ['system:authenticated'] });
    expect(await any.authenticate('c')).toBeUndefined();
  });
});
