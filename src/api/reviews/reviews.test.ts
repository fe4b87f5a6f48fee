import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';
import { API_AUDIENCE } from '../../auth/identity.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture({
    authorizer: {
      ...allowAuthenticated,
      authorize: async (user, asked) =>
        user.username === 'mallory' || asked.resource === 'secrets'
          ? { allowed: false, reason: 'not that' }
          : { allowed: true, reason: '' },
    },
  });
});
afterAll(() => api.close());

const AUTHORIZATION = '/apis/authorization.k8s.io/v1';
const AUTHENTICATION = '/apis/authentication.k8s.io/v1';
const pods = { verb: 'list', resource: 'pods', namespace: 'default' };

describe('access reviews', () => {
  it.each([
    ['selfsubjectaccessreviews', { resourceAttributes: pods }, true],
    ['selfsubjectaccessreviews', { resourceAttributes: { verb: 'get', resource: 'secrets' } }, false],
    ['selfsubjectaccessreviews', { nonResourceAttributes: { verb: 'get', path: '/metrics' } }, true],
    ['subjectaccessreviews', { resourceAttributes: pods, user: 'mallory' }, false],
    ['subjectaccessreviews', { resourceAttributes: pods, user: 'alice', groups: ['a'] }, true],
  ])('%s %o: %s', async (plural, spec, allowed) => {
    const { code, json } = await api.call('POST', `${AUTHORIZATION}/${plural}`, { spec });
    expect(code).toBe(201);
    expect(json.status.allowed).toBe(allowed);
    expect(json.spec).toEqual(spec);
    expect(json.metadata).toEqual({});
    expect(json.status.reason).toBe(allowed ? undefined : 'not that');
  });

  it.each([
    ['selfsubjectaccessreviews', {}, 'spec.resourceAttributes: Invalid value: null: exactly one of'],
    [
      'selfsubjectaccessreviews',
      { resourceAttributes: pods, nonResourceAttributes: { path: '/' } },
      'spec.nonResourceAttributes: Invalid value: {"path":"/"}: cannot be specified in combination with resourceAttributes',
    ],
    [
      'subjectaccessreviews',
      { resourceAttributes: pods },
      'spec.user: Invalid value: "": at least one of user or group',
    ],
  ])('%s %o is refused', async (plural, spec, message) => {
    const { code, json } = await api.call('POST', `${AUTHORIZATION}/${plural}`, { spec });
    expect([code, json.reason]).toEqual([422, 'Invalid']);
    expect(json.message).toContain(message);
  });

  it('a local one is about its own namespace', async () => {
    const path = `${AUTHORIZATION}/namespaces/other/localsubjectaccessreviews`;
    const foreign = await api.call('POST', path, { spec: { resourceAttributes: pods, user: 'alice' } });
    expect(foreign.json.message).toContain('spec.resourceAttributes.namespace: Invalid value: "default": must match');
    const own = { ...pods, namespace: 'other' };
    const answer = await api.call('POST', path, { spec: { resourceAttributes: own, user: 'alice' } });
    expect([answer.code, answer.json.status]).toEqual([201, { allowed: true }]);
  });

  it('tells all rules', async () => {
    const path = `${AUTHORIZATION}/selfsubjectrulesreviews`;
    const { json } = await api.call('POST', path, { spec: { namespace: 'default' } });
    expect(json.status).toMatchObject({ incomplete: false, resourceRules: [{ verbs: ['*'], resources: ['*'] }] });
    const nowhere = await api.call('POST', path, { spec: {} });
    expect([nowhere.code, nowhere.json.message]).toEqual([400, 'no namespace on request']);
  });

  it('is no kind that can be listed, and takes no other method', async () => {
    expect((await api.call('GET', `${AUTHORIZATION}/selfsubjectaccessreviews`)).code).toBe(405);
    expect((await api.call('GET', `${AUTHORIZATION}/selfsubjectaccessreviews/x`)).code).toBe(404);
  });
});

describe('identity reviews', () => {
  it('says who asks', async () => {
    const { json } = await api.call('POST', `${AUTHENTICATION}/selfsubjectreviews`, {});
    expect(json.status.userInfo).toEqual({ username: 'admin', groups: ['system:masters'] });
  });

  it('says whose token it is, and nothing of a wrong one', async () => {
    const path = `${AUTHENTICATION}/tokenreviews`;
    const known = await api.call('POST', path, { spec: { token: TOKEN } });
    expect(known.json.status).toMatchObject({ authenticated: true, audiences: [API_AUDIENCE] });
    const several = await api.call('POST', path, { spec: { token: TOKEN, audiences: ['vault', API_AUDIENCE] } });
    expect(several.json.status).toMatchObject({ authenticated: true, audiences: [API_AUDIENCE] });
    const foreign = await api.call('POST', path, { spec: { token: TOKEN, audiences: ['vault'] } });
    expect(foreign.json.status).toEqual({ user: {}, error: 'invalid bearer token' });
    const wrong = await api.call('POST', path, { spec: { token: 'wrong' } });
    expect(wrong.json.status).toEqual({ user: {}, error: 'invalid bearer token' });
    const none = await api.call('POST', path, { spec: {} });
    expect([none.code, none.json.message]).toEqual([400, 'token is required for TokenReview in authentication']);
  });

  it('says why a token of an account is none any more', async () => {
    const { accountTokens } = api.context;
    const { object } = await api.registry.create('serviceaccounts', 'default', { metadata: { name: 'gone' } });
    const request = { namespace: 'default', serviceaccount: { name: 'gone', uid: object.uid }, seconds: 600 };
    const token = async (more: object = {}) =>
      (await accountTokens.issue({ ...request, audiences: [], ...more })).token;
    const errorOf = async (spec: object) => {
      const { json } = await api.call('POST', `${AUTHENTICATION}/tokenreviews`, { spec });
      expect(json.status).toEqual({ user: {}, error: expect.stringMatching(/^\[invalid bearer token, .*\]$/) });
      return json.status.error.slice('[invalid bearer token, '.length, -1);
    };
    expect(await errorOf({ token: await token(), audiences: ['vault', 'db'] })).toBe(
      `token audiences ["${API_AUDIENCE}"] is invalid for the target audiences ["vault" "db"]`,
    );
    expect(await errorOf({ token: await token({ audiences: ['vault'] }) })).toBe(
      `token audiences ["vault"] is invalid for the target audiences ["${API_AUDIENCE}"]`,
    );
    expect(await errorOf({ token: await token({ seconds: -1 }) })).toBe('service account token has expired');
    const [head, claims] = (await token()).split('.');
    expect(await errorOf({ token: `${head}.${claims}.AAAA` })).toBe('invalid signature, no keys found');
    const bound = { kind: 'pod', reference: { name: 'its', uid: 'u' } };
    expect(await errorOf({ token: await token({ bound }) })).toBe('service account token has been invalidated');
    await api.registry.delete('serviceaccounts', 'default', 'gone');
    expect(await errorOf({ token: await token() })).toBe('serviceaccounts "gone" not found');
    const again = await api.registry.create('serviceaccounts', 'default', { metadata: { name: 'gone' } });
    expect(await errorOf({ token: await token() })).toBe(
      `service account UID (${again.object.uid}) does not match claim (${object.uid})`,
    );
  });
});

describe('token requests', () => {
  const path = '/api/v1/namespaces/default/serviceaccounts/robot/token';
  beforeAll(async () => {
    await api.registry.create('serviceaccounts', 'default', { metadata: { name: 'robot' } });
    await api.registry.create('pods', 'default', {
      metadata: { name: 'its' },
      spec: { serviceAccountName: 'robot', containers: [{ name: 'c', image: 'i' }] },
    });
  });

  it('gives a token for an hour, for this API', async () => {
    const { code, json } = await api.call('POST', path, {});
    expect([code, json.kind]).toEqual([201, 'TokenRequest']);
    expect(json.spec).toEqual({ audiences: [API_AUDIENCE], expirationSeconds: 3_600 });
    const verified = await api.context.accountTokens.verify(json.status.token);
    expect(verified).toMatchObject({ namespace: 'default', serviceaccount: { name: 'robot' } });
  });

  it('binds it to a pod of the account', async () => {
    const bound = (ref: object) =>
      api.call('POST', path, { spec: { boundObjectRef: { kind: 'Pod', name: 'its', ...ref } } });
    const { json } = await bound({});
    expect(await api.context.accountTokens.verify(json.status.token)).toMatchObject({ bound: { kind: 'pod' } });
    expect((await bound({ uid: 'another' })).json).toMatchObject({ code: 409, reason: 'Conflict' });
    expect((await bound({ name: 'nobody' })).json).toMatchObject({ code: 404, message: 'pods "nobody" not found' });
    expect((await bound({ kind: 'Service' })).json).toMatchObject({ code: 400 });
  });

  it.each([
    [599, 'may not specify a duration less than 10 minutes'],
    [2 ** 32 + 1, 'may not specify a duration larger than 2^32 seconds'],
  ])('refuses %i seconds', async (expirationSeconds, why) => {
    const { json } = await api.call('POST', path, { spec: { expirationSeconds } });
    expect([json.code, json.message]).toEqual([422, expect.stringContaining(why)]);
  });

  it('of an account that is not there is 404', async () => {
    const { json } = await api.call('POST', path.replace('robot', 'nobody'), {});
    expect(json).toMatchObject({ code: 404, message: 'serviceaccounts "nobody" not found' });
  });
});
