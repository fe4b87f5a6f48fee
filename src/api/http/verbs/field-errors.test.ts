import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, CONFIG_MAPS } from '../../../../test/support/api-fixture.ts';
import { configMap } from '../../../../test/support/registry-fixture.ts';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

describe('duplicate fields', () => {
  const twice = (name: string) => `{"metadata":{"name":"${name}"},"data":{"a":"1","a":"2"},"data":{"a":"3"}}`;
  const complaint = 'duplicate field "data.a", duplicate field "data"';

  it('are refused with Strict, a warning without, nothing with Ignore; the last counts', async () => {
    const strict = await api.call('POST', `${CONFIG_MAPS}?fieldValidation=Strict`, twice('a'));
    expect([strict.code, strict.json.message]).toEqual([
      400,
      `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${complaint}`,
    ]);
    const warned = await api.call('POST', CONFIG_MAPS, twice('b'));
    expect([warned.code, warned.json.data]).toEqual([201, { a: '3' }]);
    expect(warned.headers['warning']).toEqual([
      '299 - "duplicate field \\"data.a\\""',
      '299 - "duplicate field \\"data\\""',
    ]);
    const ignored = await api.call('PUT', `${CONFIG_MAPS}/b?fieldValidation=Ignore`, twice('b'));
    expect([ignored.code, ignored.headers['warning']]).toEqual([200, undefined]);
  });

  it.each([
    ['application/merge-patch+json', '{"data":{"a":"1","a":"2"}}', 'duplicate field "data.a"'],
    [
      'application/json-patch+json',
      '[{"op":"test","op":"remove","path":"/data"}]',
      'json patch duplicate field "[0].op"',
    ],
  ])('of a %s are 422 with Strict', async (type, patch, why) => {
    await api.call('POST', CONFIG_MAPS, configMap('a', { x: '1' }));
    const strict = `${CONFIG_MAPS}/a?fieldValidation=Strict`;
    const answer = await api.call('PATCH', strict, patch, { 'content-type': type });
    expect([answer.code, answer.json.message]).toEqual([422, expect.stringContaining(`strict decoding error: ${why}`)]);
  });

  it('of YAML are told of with the line', async () => {
    const yaml = 'metadata:\n  name: a\ndata:\n  a: "1"\n  a: "2"\n';
    const strict = `${CONFIG_MAPS}?fieldValidation=Strict`;
    const answer = await api.call('POST', strict, yaml, { 'content-type': 'application/yaml' });
    expect([answer.code, answer.json.message]).toEqual([
      400,
      expect.stringContaining('line 5: key "a" already set in map'),
    ]);
  });
});

describe('what is wrong in a thousand places', () => {
  it('is told in the first hundred, and how many more there are', async () => {
    const finalizers = Array.from({ length: 1_000 }, (_, i) => `no-slash-${i}`);
    const answer = await api.call('POST', CONFIG_MAPS, { metadata: { name: 'a', finalizers } });
    expect([answer.code, answer.json.details.causes.length]).toEqual([422, 100]);
    expect(answer.json.message).toMatch(/"no-slash-99": .*, and 900 more\]$/);
  });

  it('is an answer of the size of a body, not of its square', async () => {
    const ownerReferences = Array.from({ length: 2_000 }, (_, i) => ({
      ...{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: `${i}`, controller: true },
    }));
    const body = JSON.stringify({ metadata: { name: 'a', ownerReferences } });
    const answer = await api.call('POST', CONFIG_MAPS, body);
    expect(answer.code).toBe(422);
    expect(answer.text.length).toBeLessThan(4 * body.length);
  });
});
