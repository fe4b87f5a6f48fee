import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS, PODS } from '../../../../test/support/api-fixture.ts';
import { configMap } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('bad input', () => {
  it('a namespace that is not there', async () => {
    const { code, json } = await api.call('POST', '/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'a' } });
    expect([code, json.message]).toEqual([404, 'namespaces "nowhere" not found']);
  });

  it.each([
    ['GET', '/api/v1/namespaces/default/gadgets', 404],
    ['GET', `${PODS}/p/gadget`, 404],
    ['GET', '/nowhere', 404],
    ['GET', '/apis/apps/v2/deployments', 404],
    ['POST', `${PODS}/p`, 405],
    ['PUT', PODS, 405],
    ['DELETE', '/api/v1/namespaces', 405],
    ['POST', '/api/v1/pods', 405],
    ['GET', `${PODS}/p/eviction`, 405],
    ['PUT', `${PODS}/p/scale`, 404],
    ['GET', `${PODS}/%zz`, 400],
  ])('%s %s is %i', async (method, url, code) => {
    const answer = await api.call(method, url);
    expect(answer.code).toBe(code);
    expect(answer.json.kind).toBe('Status');
  });

  it.each([
    ['PUT', PODS, 'GET, POST, DELETE'],
    ['POST', '/api/v1/pods', 'GET'],
    ['POST', `${PODS}/p`, 'GET, PUT, PATCH, DELETE'],
    ['POST', '/apis/apiregistration.k8s.io/v1/apiservices', 'GET'],
  ])('%s %s is told what there is: %s', async (method, url, allowed) => {
    const { code, headers } = await api.call(method, url);
    expect([code, headers['allow']]).toEqual([405, allowed]);
  });

  it.each([
    ['fieldManager=a%07b', 422, 'fieldManager: Invalid value: "a\\u0007b": invalid character U+0007 (at position 1)'],
    ['fieldManager=%C3%BC%E2%80%8B', 422, 'invalid character U+200B (at position 2)'],
    [`fieldManager=${'m'.repeat(129)}`, 422, 'fieldManager: Too long: may not be more than 128 bytes'],
    [
      'fieldValidation=Foo',
      422,
      'fieldValidation: Unsupported value: "Foo": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    ['dryRun=Foo', 422, 'dryRun: Unsupported value: ["Foo"]: supported values: "All"'],
  ])('a create with %s', async (query, code, message) => {
    const answer = await api.call('POST', `${CONFIG_MAPS}?${query}`, configMap('a'));
    expect([answer.code, answer.json.message]).toEqual([code, expect.stringContaining(message)]);
    expect(answer.json.message).toContain('CreateOptions.meta.k8s.io "" is invalid: ');
  });

  it.each([
    ['limit=many', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
    ['timeoutSeconds=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['watch=true&limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'resourceVersion=abc',
      400,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    ['labelSelector=a==b==c', 400, "found '==', expected: ',' or 'end of string'"],
    ['limit=-1', 200, undefined],
    [
      'sendInitialEvents=true',
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      'watch=1&sendInitialEvents=true&resourceVersionMatch=Exact&continue=x',
      422,
      'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: sendInitialEvents requires setting ' +
        'resourceVersionMatch to NotOlderThan, resourceVersionMatch: Unsupported value: "Exact": supported values: ' +
        '"NotOlderThan", resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided]',
    ],
  ])('a list with %s', async (query, code, message) => {
    const answer = await api.call('GET', `${CONFIG_MAPS}?${query}`);
    expect([answer.code, answer.json.message]).toEqual([code, message]);
  });

  it('a long name of a client is cut between characters', async () => {
    const agent = `${'m'.repeat(127)}\u00fc\u00fc/1.0`;
    const { json } = await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }), { 'user-agent': agent });
    expect(json.metadata.managedFields[0].manager).toBe('m'.repeat(127));
  });
});
