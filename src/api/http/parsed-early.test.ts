import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture } from '../../../test/support/api-fixture.ts';
import { encodeProtobuf } from '../../../test/support/protobuf-encoder.ts';
import { APPLY_TYPE, PROTOBUF_TYPE } from './media-type.ts';
import { parseBytes } from './parse-bytes.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const yaml = (name: string, lines: number, more = ''): string =>
  `metadata: {name: ${name}}\ndata:\n${Array.from({ length: lines }, (_, i) => `  key-${i}: value`).join('\n')}\n${more}`;

describe('a long body', () => {
  let api: ApiFixture;
  let elsewhere: string[];
  beforeEach(async () => {
    elsewhere = [];
    api = await apiFixture({
      parseElsewhere: async (format, body) => {
        elsewhere.push(format);
        return parseBytes(format, body);
      },
    });
  });
  afterEach(() => api.close());
  const send = (method: string, path: string, body: string, type: string) =>
    api.call(method, path, body, { 'content-type': type });

  it('is parsed in another thread, a short one here', async () => {
    const created = await send('POST', CONFIG_MAPS, yaml('a', 500), 'application/yaml');
    expect([created.code, Object.keys(created.json.data).length, elsewhere]).toEqual([201, 500, ['yaml']]);
    expect((await send('POST', CONFIG_MAPS, yaml('c', 2), 'application/yaml')).code).toBe(201);
    const json = (name: string, length: number): string =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { k: 'v'.repeat(length) } });
    expect((await send('POST', CONFIG_MAPS, json('d', 50_000), 'application/json')).code).toBe(201);
    expect(elsewhere).toEqual(['yaml']);
    expect((await send('POST', CONFIG_MAPS, json('e', 200_000), 'application/json')).code).toBe(201);
    const object = { metadata: { name: 'f' }, data: { k: 'v'.repeat(40_000) } };
    const protobuf = encodeProtobuf('io.k8s.api.core.v1.ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', ...object });
    const sent = await api.call('POST', CONFIG_MAPS, protobuf, { 'content-type': PROTOBUF_TYPE });
    expect([sent.code, elsewhere]).toEqual([201, ['yaml', 'json', 'protobuf']]);
  });

  it('of an apply too, also where it looks like JSON and is YAML', async () => {
    const typed = `apiVersion: v1\nkind: ConfigMap\n${yaml('b', 500)}`;
    expect((await send('PATCH', `${CONFIG_MAPS}/b?fieldManager=x`, typed, APPLY_TYPE)).code).toBe(201);
    const flow = `{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {k: ${'v'.repeat(3_000)}}}`;
    expect((await send('PATCH', `${CONFIG_MAPS}/c?fieldManager=x`, flow, APPLY_TYPE)).code).toBe(201);
    expect(elsewhere).toEqual(['yaml', 'yaml']);
  });

  it('is refused as if it were parsed here', async () => {
    const broken = await send('POST', CONFIG_MAPS, yaml('a', 500, 'x: [b'), 'application/yaml');
    expect([broken.code, broken.json.reason]).toEqual([400, 'BadRequest']);
    const strict = `${CONFIG_MAPS}?fieldValidation=Strict`;
    const twice = await send('POST', strict, yaml('a', 500, '  key-1: again\n'), 'application/yaml');
    expect([twice.code, twice.json.message]).toEqual([400, expect.stringContaining('"key-1" already set in map')]);
  });

  it('is not looked at where there is nothing of that name', async () => {
    expect((await send('POST', '/api/v1/namespaces/default/gadgets', yaml('a', 500), 'application/yaml')).code).toBe(
      404,
    );
    expect(elsewhere).toEqual([]);
  });
});
