import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { matcherOf } from './served-paths.ts';

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture();
});
afterAll(() => api.close());

const PODS = '/api/v1/namespaces/default/pods';
const UNKNOWN = ['OPTIONS', 'TRACE', 'PROPFIND', 'REPORT'];

describe('a method that nobody serves', () => {
  it.each(
    UNKNOWN.flatMap((method) =>
      ['/', '/api', '/api/v1', '/apis/apps', PODS, `${PODS}/p`, `${PODS}/p/`, `${PODS}/p/status?x=/y`].map((url) => [
        method,
        url,
      ]),
    ),
  )('%s %s is 405', async (method = '', url = '') => {
    const { code, json } = await api.call(method, url);
    expect([code, json]).toEqual([
      405,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'the server does not allow this method on the requested resource',
        reason: 'MethodNotAllowed',
        details: {},
        code: 405,
      },
    ]);
  });

  it.each(UNKNOWN)('%s with a body is 405 too', async (method) => {
    expect((await api.call(method, PODS, { kind: 'Pod' })).code).toBe(405);
  });

  it.each(
    UNKNOWN.flatMap((method) =>
      ['/nowhere', '/apis/apps/v9', '/api/v9', `${PODS}/p/gadget`].map((url) => [method, url]),
    ),
  )('%s %s is 404: there is no such path', async (method = '', url = '') => {
    const { code, json } = await api.call(method, url);
    expect([code, json.reason]).toEqual([404, 'NotFound']);
  });

  it.each(UNKNOWN)('%s tells a stranger nothing', async (method) => {
    const codes = [PODS, '/nowhere'].map(
      async (url) => (await api.call(method, url, undefined, { authorization: '' })).code,
    );
    expect(await Promise.all(codes)).toEqual([401, 401]);
  });
});

describe('the matcher', () => {
  const segment = fc.stringMatching(/^[A-Za-z0-9.+_$()-]{1,12}$/);

  it('takes a pattern apart at its slashes only', () => {
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), segment, (fixed, name) => {
        const base = `/${fixed.join('/')}`;
        const matcher = matcherOf([`${base}/:name`]);
        expect(matcher.test(`${base}/${name}`)).toBe(true);
        expect(matcher.test(`${base}/${name}/`)).toBe(true);
        expect(matcher.test(base)).toBe(false);
        expect(matcher.test(`${base}/${name}/more`)).toBe(false);
        expect(matcher.test(`/x${base}/${name}`)).toBe(false);
      }),
    );
  });

  it('lets a star stand for any rest', () => {
    const matcher = matcherOf(['/docs/*', '/']);
    expect(['/docs/', '/docs/a/b.js', '/', '/docs', '/other'].map((path) => matcher.test(path))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
