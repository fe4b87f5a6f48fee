import { describe, expect, it } from 'vitest';
import { BULK, toLines } from '../../../test/support/bulk-client.ts';
import { create, merge, NDJSON, remove, useBulk } from '../../../test/support/bulk-fixture.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';

const bulk = useBulk();
const { post } = bulk;

describe('bad input', () => {
  it('is answered line by line', async () => {
    const lines = [
      '{"op":',
      '[]',
      '"x"',
      '{"op":"replace"}',
      '{"op":"toString"}',
      '{"op":"create"}',
      '{"op":"create","object":[]}',
      '{"op":"create","object":{}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"Gadget"}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap"}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"default","name":7}}}',
      '{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":null}}',
      '{"op":"delete","apiVersion":"v1","kind":"ConfigMap","name":"a"}',
      '{"op":"delete","apiVersion":"v1","kind":"Node","namespace":"default","name":"a"}',
      '{"op":"delete","apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":"a","option":{}}',
      '{"op":"delete","id":"named","apiVersion":"v1","kind":"ConfigMap","namespace":"default","name":""}',
      JSON.stringify({ ...merge('default', []), kind: 'Namespace', namespace: undefined, type: 'apply' }),
      `${'['.repeat(5_000)}`,
    ];
    const answers = await post(`${lines.join('\r\n')}\r\n\r\n${toLines([create(configMap('good'))])}`);
    expect(answers.map(({ code }) => code)).toEqual([...lines.map(() => 400), 201]);
    expect(answers.map(({ index }) => index)).toEqual(answers.map((_, i) => i));
    const messages = answers.map(({ status }) => status?.message ?? '');
    expect(messages[0]).toContain('unexpected end of JSON input');
    expect(messages[3]).toBe('the item must be an object whose "op" is one of create, update, patch, delete');
    expect(messages[8]).toBe('no matches for kind "Gadget" in version "v1"');
    expect(messages[14]).toBe('the item is not valid: unknown field "option"');
    expect(answers[15]?.id).toBe('named');
  });

  it('patches that fit nothing are refused as alone', async () => {
    await post([create(configMap('a'))]);
    const answers = await post([
      merge('missing', {}),
      merge('a', 'text'),
      { ...merge('a', {}), type: 'json' },
      { ...merge('a', {}), subresource: 'status' },
      merge('a', { data: { n: 1 } }),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([404, 400, 400, 404, 422]);
  });

  it('a line over the limit costs that line only', async () => {
    const long = `{"op":"create","object":"${'x'.repeat(3 * 1024 * 1024)}"}\n`;
    const answers = await post(long + toLines([create(configMap('a'))]));
    expect(answers.map(({ code }) => code)).toEqual([413, 201]);
    expect(answers[0]?.status?.message).toBe('Request entity too large: limit is 3145728');
  });

  it('of more than 10,000 items the first 10,000 are done', async () => {
    const line = `${JSON.stringify({ ...remove('none'), id: 'x' })}\n`;
    const answers = await post(line.repeat(10_005));
    expect(answers).toHaveLength(10_001);
    expect(answers.at(-2)?.code).toBe(404);
    expect(answers.at(-1)).toMatchObject({ index: 10_000, code: 413, status: { reason: 'RequestEntityTooLarge' } });
  });

  it('the request as a whole is refused with a Status', async () => {
    const codes = async (query: string, headers: Record<string, string>) => {
      const { code, json } = await bulk.api.call('POST', BULK + query, '{}', headers);
      return [code, json.message];
    };
    expect(await codes('?dryRun=Some', NDJSON)).toEqual([422, expect.stringContaining('dryRun')]);
    expect(await codes('', { 'content-type': 'application/json' })).toEqual([
      415,
      expect.stringContaining('application/x-ndjson'),
    ]);
    expect((await bulk.api.call('GET', BULK)).code).toBe(405);
    expect((await bulk.api.call('POST', BULK, '', { ...NDJSON, authorization: 'Bearer wrong' })).code).toBe(401);
    expect(await post('')).toEqual([]);
  });
});
