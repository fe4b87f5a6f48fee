import { describe, expect, it } from 'vitest';
import { allowAuthenticated } from './allow-authenticated.ts';
import { API_AUDIENCE, type UserInfo } from './identity.ts';
import { createTokenAuthenticator } from './token-authenticator.ts';
import { digestOf, newToken } from './token-digest.ts';
import type { TokenStore } from './token-store.ts';

const admin: UserInfo = { username: 'admin', groups: ['system:masters'] };

function setUp() {
  const rows: { digest: Uint8Array; user: UserInfo }[] = [];
  const state = { reads: 0, now: 0, failing: false };
  const tokens: TokenStore = {
    put: async (digest, user) => {
      rows.push({ digest, user });
    },
    all: async () => {
      state.reads += 1;
      if (state.failing) {
        throw new Error('the database is away');
      }
      return [...rows];
    },
  };
  return { rows, state, tokens, authenticator: createTokenAuthenticator({ tokens, monotonic: () => state.now }) };
}

describe('newToken', () => {
  it('gives tokens of 256 random bits and never the same twice', () => {
    const made = Array.from({ length: 100 }, () => newToken());
    expect(new Set(made.map(({ token }) => token)).size).toBe(100);
    for (const { token, digest } of made) {
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      expect(Buffer.from(digest).equals(Buffer.from(digestOf(token)))).toBe(true);
    }
  });
});

describe('token authenticator', () => {
  it('knows whose token it is', async () => {
    const { tokens, authenticator } = setUp();
    const [mine, other] = [newToken(), newToken()];
    await tokens.put(mine.digest, admin);
    await tokens.put(other.digest, { username: 'other', groups: [] });
    expect(await authenticator.authenticate(mine.token)).toEqual(admin);
    expect((await authenticator.authenticate(other.token))?.username).toBe('other');
    expect(await authenticator.authenticate(mine.token, ['vault', API_AUDIENCE])).toEqual(admin);
    expect(await authenticator.authenticate(mine.token, ['vault'])).toBeUndefined();
  });

  it.each(['', 'wrong', 'x'.repeat(1_000_000)])('refuses a wrong token (%#)', async (token) => {
    const { tokens, authenticator } = setUp();
    await tokens.put(newToken().digest, admin);
    expect(await authenticator.authenticate(token)).toBeUndefined();
  });

  it('does not take the digest itself, nor a stored digest of another length', async () => {
    const { rows, authenticator } = setUp();
    const { token, digest } = newToken();
    rows.push({ digest: digest.slice(0, 16), user: admin });
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(await authenticator.authenticate(Buffer.from(digest).toString('base64url'))).toBeUndefined();
  });

  it('lets a new token in on a miss, and forgets a removed one after the refresh', async () => {
    const { rows, state, tokens, authenticator } = setUp();
    expect(await authenticator.authenticate('x')).toBeUndefined();
    const { token, digest } = newToken();
    await tokens.put(digest, admin);
    state.now += 1_000;
    expect(await authenticator.authenticate(token)).toEqual(admin);
    rows.length = 0;
    state.now += 5_000;
    expect(await authenticator.authenticate(token)).toBeUndefined();
  });

  it('reads the store once a second at most, however many wrong tokens come', async () => {
    const { state, authenticator } = setUp();
    for (let i = 0; i < 1_000; i += 1) {
      await authenticator.authenticate(`wrong-${i}`);
    }
    expect(state.reads).toBe(1);
    state.now += 1_000;
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => authenticator.authenticate(`wrong-${i}`)));
    expect(state.reads).toBe(2);
  });

  it('fails when the store fails and recovers with it', async () => {
    const { state, tokens, authenticator } = setUp();
    const { token, digest } = newToken();
    await tokens.put(digest, admin);
    state.failing = true;
    await expect(authenticator.authenticate(token)).rejects.toThrow('the database is away');
    state.failing = false;
    expect(await authenticator.authenticate(token)).toEqual(admin);
  });
});

describe('allowAuthenticated', () => {
  const attributes = { verb: 'delete', resource: 'nodes' };
  it.each<[UserInfo, boolean]>([
    [admin, true],
    [{ username: 'someone', groups: ['system:authenticated'] }, true],
    [{ username: 'system:anonymous', groups: ['system:unauthenticated'] }, false],
    [{ username: '', groups: [] }, false],
  ])('%o: %s', async (user, allowed) => {
    expect((await allowAuthenticated.authorize(user, attributes)).allowed).toBe(allowed);
  });
});
