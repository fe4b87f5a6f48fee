import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { allowAuthenticated } from '../../auth/allow-authenticated.ts';
import type { Authorizer, RequestAttributes } from '../../auth/identity.ts';
import { createNodeAuthorizer } from '../../auth/nodes/node-authorizer.ts';
import { impersonate } from './impersonation.ts';

const admin = { username: 'admin', groups: ['system:masters'] };

describe('who is asked for', () => {
  it.each<[string, string[], object]>([
    ['nobody', ['Accept', '*/*'], admin],
    ['a user', ['Impersonate-User', 'bob'], { username: 'bob', groups: ['system:authenticated'] }],
    [
      'groups, with commas too',
      ['impersonate-user', 'bob', 'Impersonate-Group', 'a,b', 'Impersonate-Group', 'c'],
      { username: 'bob', groups: ['a,b', 'c', 'system:authenticated'] },
    ],
    [
      'the group of the unauthenticated',
      ['Impersonate-User', 'bob', 'Impersonate-Group', 'system:unauthenticated'],
      { username: 'bob', groups: ['system:unauthenticated'] },
    ],
    [
      'nobody in particular',
      ['Impersonate-User', 'system:anonymous'],
      { username: 'system:anonymous', groups: ['system:unauthenticated'] },
    ],
    [
      'an account',
      ['Impersonate-User', 'system:serviceaccount:a:b'],
      {
        username: 'system:serviceaccount:a:b',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated'],
      },
    ],
    [
      'a UID and extras, escaped and of odd keys',
      [
        'Impersonate-User',
        'b',
        'Impersonate-Uid',
        '7',
        'Impersonate-Extra-A.x%2fy',
        '1',
        'Impersonate-Extra-a.x%2Fy',
        '2',
      ],
      { username: 'b', uid: '7', groups: ['system:authenticated'], extra: { 'a.x/y': ['1', '2'] } },
    ],
  ])('%s', async (_, headers, expected) => {
    expect(await impersonate(admin, headers, allowAuthenticated)).toEqual(expected);
  });

  it('an extra of the key __proto__ is an extra', async () => {
    const headers = ['Impersonate-User', 'b', 'Impersonate-Extra-__proto__', '1'];
    const { extra } = await impersonate(admin, headers, allowAuthenticated);
    expect(Object.entries(extra ?? {})).toEqual([['__proto__', ['1']]]);
  });

  it('the sender needs the right to each part', async () => {
    const asked: RequestAttributes[] = [];
    const authorizer: Authorizer = {
      ...allowAuthenticated,
      async authorize(user, question) {
        expect(user).toBe(admin);
        asked.push(question);
        return { allowed: question.resource !== 'userextras', reason: '' };
      },
    };
    const headers = ['Impersonate-User', 'system:serviceaccount:a:b', 'Impersonate-Group', 'g', 'Impersonate-Uid', '7'];
    await expect(impersonate(admin, [...headers, 'Impersonate-Extra-K', 'v'], authorizer)).rejects.toMatchObject({
      reason: 'Forbidden',
      message:
        'userextras.authentication.k8s.io "v" is forbidden: User "admin" cannot impersonate resource "userextras/k" in API group "authentication.k8s.io" at the cluster scope',
    });
    expect(asked).toEqual([
      { verb: 'impersonate', group: '', resource: 'serviceaccounts', namespace: 'a', name: 'b' },
      { verb: 'impersonate', group: '', resource: 'groups', name: 'g' },
      { verb: 'impersonate', group: 'authentication.k8s.io', resource: 'uids', name: '7' },
      { verb: 'impersonate', group: 'authentication.k8s.io', resource: 'userextras', subresource: 'k', name: 'v' },
    ]);
  });
});

describe('a request as another', () => {
  let api: ApiFixture;
  beforeEach(async () => {
    api = await apiFixture();
  });
  afterEach(() => api.close());
  const REVIEWS = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  const asNode = { 'impersonate-user': 'system:node:mine', 'impersonate-group': 'system:nodes' };

  it('counts as from there', async () => {
    const { json } = await api.call('POST', REVIEWS, {}, { 'impersonate-user': 'bob', 'impersonate-uid': '7' });
    expect(json.status).toEqual({ userInfo: { username: 'bob', uid: '7', groups: ['system:authenticated'] } });
    const { json: own } = await api.call('POST', REVIEWS, {});
    expect(own.status).toMatchObject({ userInfo: { username: 'admin' } });
  });

  it('may do what that one may', async () => {
    expect((await api.call('GET', '/api/v1/nodes', undefined, { 'impersonate-user': 'system:anonymous' })).code).toBe(
      403,
    );
    const authorizer = createNodeAuthorizer(api.context.registry, allowAuthenticated);
    const strict = await apiFixture({ authorizer });
    const refused = await strict.call('DELETE', '/api/v1/nodes/other', undefined, asNode);
    expect([refused.code, refused.json.message]).toEqual([
      403,
      expect.stringContaining('User "system:node:mine" cannot delete resource "nodes"'),
    ]);
    await strict.close();
  });

  it('a group without a user is a mistake, and credentials are needed', async () => {
    expect((await api.call('GET', '/api/v1/nodes', undefined, { 'impersonate-group': 'g' })).json).toMatchObject({
      code: 400,
      message: 'requested impersonate-group without impersonating a user',
    });
    expect((await api.call('GET', '/api/v1/nodes', undefined, { ...asNode, authorization: '' })).code).toBe(401);
  });
});
