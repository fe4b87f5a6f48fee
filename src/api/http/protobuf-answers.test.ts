import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiFixture, apiFixture, TOKEN } from '../../../test/support/api-fixture.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';
import { decodeProtobuf } from '../../resources/protobuf/decode-protobuf.ts';
import { eachField, readerOf } from '../../resources/protobuf/wire.ts';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const PARTIAL = `${PROTOBUF};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';

let api: ApiFixture;
beforeEach(async () => {
  api = await apiFixture();
});
afterEach(() => api.close());

const ask = (method: string, url: string, accept = PROTOBUF, body?: unknown) =>
  api.call(method, url, body, { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }) });

/** The fields of a message, each as bytes. */
function fieldsOf(message: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  const reader = readerOf(message);
  eachField(reader, (number, wireType) => {
    if (wireType !== 2) {
      return false;
    }
    fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
    return true;
  });
  return fields;
}

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

/** Type and message of what stands in an envelope. */
function opened(body: Buffer): { type: string; raw: Uint8Array } {
  expect(body.subarray(0, 4).toString()).toBe('k8s\0');
  const [[meta] = [], [raw = new Uint8Array()] = []] = [1, 2].map((number) => fieldsOf(body.subarray(4)).get(number));
  const type = fieldsOf(meta ?? new Uint8Array());
  return { type: `${textOf(type.get(1)?.[0])} ${textOf(type.get(2)?.[0])}`, raw };
}

describe('an answer in protobuf', () => {
  it('is the object of every verb', async () => {
    const created = await ask('POST', CONFIG_MAPS, `${PROTOBUF},application/json`, configMap('a', { x: '1' }));
    expect([created.code, created.headers['content-type']]).toEqual([201, PROTOBUF]);
    const { json } = await api.call('GET', `${CONFIG_MAPS}/a`);
    expect(decodeProtobuf((await ask('GET', `${CONFIG_MAPS}/a`)).bytes)).toEqual(json);
    const patched = await api.call('PATCH', `${CONFIG_MAPS}/a`, '{"data":{"x":"2"}}', {
      ...{ accept: PROTOBUF, 'content-type': 'application/merge-patch+json' },
    });
    expect(decodeProtobuf(patched.bytes)).toMatchObject({ kind: 'ConfigMap', data: { x: '2' } });
    const deleted = decodeProtobuf((await ask('DELETE', `${CONFIG_MAPS}/a`)).bytes);
    expect(deleted).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'a' } });
  });

  it('is written in turns where the object is long', async () => {
    const data = Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`key-${i}`, `value ${i} é`]));
    await api.call('POST', CONFIG_MAPS, configMap('long', data));
    const { json } = await api.call('GET', `${CONFIG_MAPS}/long`);
    let rounds = 0;
    let counting = setImmediate(function count() {
      rounds += 1;
      counting = setImmediate(count);
    });
    const { bytes, headers } = await ask('GET', `${CONFIG_MAPS}/long`);
    clearImmediate(counting);
    expect(headers['content-type']).toBe(PROTOBUF);
    expect(decodeProtobuf(bytes)).toEqual(json);
    // Six of them are those between its three steps.
    expect(rounds).toBeGreaterThanOrEqual(6);
  });

  it('is the Status of an error', async () => {
    const missing = await ask('GET', `${CONFIG_MAPS}/nothing`);
    expect([missing.code, missing.headers['content-type']]).toEqual([404, PROTOBUF]);
    expect(decodeProtobuf(missing.bytes)).toEqual((await api.call('GET', `${CONFIG_MAPS}/nothing`)).json);
    const anonymous = await api.call('GET', CONFIG_MAPS, undefined, { accept: PROTOBUF, authorization: 'Bearer no' });
    expect(decodeProtobuf(anonymous.bytes)).toMatchObject({ code: 401, reason: 'Unauthorized' });
  });

  it('is a list, of more items than a step takes', async () => {
    const data = { x: 'y'.repeat(3_000) };
    for (let i = 0; i < 120; i += 1) {
      await api.registry.create('configmaps', 'default', configMap(`c-${i}`, data));
    }
    const { code, bytes } = await ask('GET', CONFIG_MAPS);
    const { type, raw } = opened(bytes);
    expect([code, type]).toEqual([200, 'v1 ConfigMapList']);
    const items = fieldsOf(raw).get(2) ?? [];
    expect(items.map((item) => textOf(fieldsOf(item).get(1)?.[0]).includes('c-'))).toEqual(Array(120).fill(true));
    const page = opened((await ask('GET', `${CONFIG_MAPS}?limit=3`)).bytes);
    expect(fieldsOf(page.raw).get(2)).toHaveLength(3);
    const meta = fieldsOf(fieldsOf(page.raw).get(1)?.[0] ?? new Uint8Array());
    expect(textOf(meta.get(3)?.[0])).not.toBe('');
  });

  it('is a list that lay in a file until its length was known', async () => {
    const data = { x: 'y'.repeat(100_000) };
    for (let i = 0; i < 40; i += 1) {
      await api.registry.create('configmaps', 'default', configMap(`c-${i}`, data));
    }
    const { type, raw } = opened((await ask('GET', CONFIG_MAPS)).bytes);
    const items = fieldsOf(raw).get(2) ?? [];
    expect([type, raw.length > 4_000_000]).toEqual(['v1 ConfigMapList', true]);
    expect(items.map((item) => textOf(fieldsOf(item).get(2)?.[0]).endsWith('y'.repeat(100_000)))).toEqual(
      Array(40).fill(true),
    );
  });

  it('is never a Table, and of our own kinds their metadata alone', async () => {
    const table = 'as=Table;g=meta.k8s.io;v=v1';
    expect((await ask('GET', CONFIG_MAPS, `${PROTOBUF};${table},application/json;${table}`)).json.kind).toBe('Table');
    expect((await ask('GET', POOLS, `${PROTOBUF},application/json`)).json.kind).toBe('NodePoolList');
    expect((await ask('GET', POOLS)).code).toBe(406);
    expect(opened((await ask('GET', POOLS, PARTIAL)).bytes).type).toBe('meta.k8s.io/v1 PartialObjectMetadataList');
    expect(opened((await ask('GET', CONFIG_MAPS, PARTIAL)).bytes).type).toBe(
      'meta.k8s.io/v1 PartialObjectMetadataList',
    );
  });

  it('is a watch, each event after its length', async () => {
    await api.registry.create('configmaps', 'default', configMap('w', { x: '1' }));
    const { origin, dispatcher } = await api.listen();
    const { headers, body } = await request(`${origin}${CONFIG_MAPS}?watch=true`, {
      ...{ dispatcher, headers: { authorization: `Bearer ${TOKEN}`, accept: PROTOBUF } },
    });
    expect(headers['content-type']).toBe(`${PROTOBUF};stream=watch`);
    body.on('error', () => undefined);
    let read = Buffer.alloc(0);
    for await (const chunk of body) {
      read = Buffer.concat([read, chunk as Buffer]);
      if (read.length >= 4 && read.length >= 4 + read.readUInt32BE(0)) {
        break;
      }
    }
    const event = fieldsOf(read.subarray(4, 4 + read.readUInt32BE(0)));
    expect(textOf(event.get(1)?.[0])).toBe('ADDED');
    const object = fieldsOf(event.get(2)?.[0] ?? new Uint8Array()).get(1)?.[0] ?? new Uint8Array();
    expect(decodeProtobuf(object)).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'w' }, data: { x: '1' } });
  });
});
