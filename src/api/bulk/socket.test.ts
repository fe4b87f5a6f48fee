import { describe, expect, it } from 'vitest';
import { BulkClient, toLines } from '../../../test/support/bulk-client.ts';
import { create, remove, useBulk } from '../../../test/support/bulk-fixture.ts';
import { configMap } from '../../../test/support/registry-fixture.ts';

const bulk = useBulk();
const { open } = bulk;

describe('over a socket', () => {
  it('answers leave while later items are still to come', async () => {
    const client = await open();
    for (let i = 0; i < 3; i += 1) {
      await client.send(toLines([create(configMap(`m-${i}`))]));
      expect(await client.next()).toMatchObject({ index: i, code: 201 });
    }
    const response = await client.response();
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    expect(await client.finish([remove('m-0')])).toMatchObject([{ index: 3, code: 200 }]);
  });

  it('a body over the limit is refused before it is sent, where its length is known', async () => {
    const client = BulkClient.open(await bulk.address(), '', {
      'content-length': '268435457',
    });
    expect((await client.response()).statusCode).toBe(413);
    client.abort();
  });

  it('a stop of the server answers what was not begun', async () => {
    const client = await open();
    await client.send(toLines([create(configMap('a'))]));
    expect(await client.next()).toMatchObject({ code: 201 });
    bulk.api.stop.abort();
    expect(await client.next()).toMatchObject({ index: 1, code: 503, status: { reason: 'ServiceUnavailable' } });
    expect(await client.next()).toBeUndefined();
  });

  it('a client that stops sending is answered in time', async () => {
    await bulk.restart({ settings: { ...bulk.api.context.settings, requestTimeoutMs: 2_000 } });
    const client = await open();
    await client.send(`${toLines([create(configMap('a'))])}{"op":`);
    expect(await client.next()).toMatchObject({ index: 0, code: 201 });
    expect(await client.next()).toMatchObject({ index: 1, code: 504, status: { reason: 'Timeout' } });
    expect(await client.next()).toBeUndefined();
  });

  it('more requests than may be under way are told to come again', async () => {
    const address = await bulk.address();
    const openAs = (user: string) => BulkClient.open(address, '', { 'impersonate-user': user });
    const holding = Array.from({ length: 6 }, () => openAs('busy'));
    await Promise.all(holding.map((client) => client.response()));
    const refused = async (user: string) => {
      const { statusCode, headers } = await openAs(user).response();
      expect([statusCode, headers['retry-after']]).toEqual([429, '1']);
    };
    await refused('busy');
    // What one user may not have is left for others.
    const others = Array.from({ length: 2 }, () => openAs('other'));
    await Promise.all(others.map((client) => client.response()));
    await refused('third');
    await Promise.all([...holding, ...others].map((client) => client.finish()));
    expect((await BulkClient.open(address).finish()).length).toBe(0);
  });
});
