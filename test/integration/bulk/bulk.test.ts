import { afterEach, expect, it } from 'vitest';
import { type BulkAnswer, toLines } from '../../support/bulk-client.ts';
import { configMap, pod } from '../../support/registry-fixture.ts';
import { until } from '../../support/until.ts';
import { create, createMap, merge, useBulkServer } from './bulk-server.ts';

const server = useBulkServer();
afterEach(() => server.proxy.mend());

const codesOf = (answers: readonly BulkAnswer[]) => [...new Set(answers.map(({ code }) => code))];
const mapsNamed = async (prefix: string): Promise<number> => {
  const [row] = await server.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM objects WHERE resource = 'configmaps' AND name LIKE '${prefix}%'`,
  );
  return row?.count ?? 0;
};
/** A request is served, so none holds the others up. */
const isServed = async (name: string) => {
  const [answer] = await server.open().finish([createMap(name)]);
  expect(answer).toMatchObject({ code: 201 });
};

it('10,000 items of several kinds are answered in order and stored', async () => {
  const items = Array.from({ length: 2_500 }, (_, i) => [
    create(pod(`p-${i}`)),
    { ...createMap(`m-${i}`), id: `map ${i}` },
    merge(`m-${i}`, { data: { key: `${i}` } }),
    { op: 'delete', apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: `p-${i}` },
  ]).flat();
  const before = await server.registry.currentRevision();
  const answers = await server.open().finish(items);
  expect(answers.map(({ index }) => index)).toEqual(items.map((_, index) => index));
  expect(answers.map(({ code }) => code)).toEqual(items.map(({ op }) => (op === 'create' ? 201 : 200)));
  expect(answers[4 * 77 + 1]).toMatchObject({ id: 'map 77', object: { metadata: { name: 'm-77' } } });
  // Each answer's version is the write's own, and all of them are new.
  const versions = answers.map(({ object }) => Number(object.metadata.resourceVersion));
  expect(new Set(versions).size).toBe(items.length);
  expect(Math.min(...versions)).toBe(before + 1);
  expect(Math.max(...versions)).toBe(before + items.length);
  expect(await mapsNamed('m-')).toBe(2_500);
  const [left] = await server.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM objects WHERE resource = 'pods'`,
  );
  expect(left?.count).toBe(0);
});

it('a client that leaves in the middle ends its request alone', async () => {
  const leaving = Array.from({ length: 6 }, async (_, i) => {
    const client = server.open();
    await client.send(toLines([createMap(`left-${i}`)]));
    expect(await client.next()).toMatchObject({ code: 201 });
    // Half a line, which never becomes an item.
    void client.send('{"op":"create","object":{"apiVersion":"v1","kind":"ConfigMap","meta');
    client.abort();
  });
  await Promise.all(leaving);
  // The places of all, as many as a user may have, are free again.
  await until(async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.open().response()));
    for (const answer of answers) {
      answer.destroy();
    }
    return answers.every(({ statusCode }) => statusCode === 200);
  });
});

it('a client that does not read is not read from, and costs nobody else anything', async () => {
  const client = server.open('?objects=true');
  const big = { key: 'x'.repeat(100_000) };
  const item = (i: number) => create({ ...configMap(`big-${i}`), data: big });
  const response = await client.response();
  response.pause();
  let taken = 0;
  const sending = (async () => {
    for (let i = 0; i < 2_000; i += 1) {
      await client.send(toLines([item(i)]));
      taken += 1;
    }
  })().catch(() => undefined);
  // Both sides stand still once the buffers between them are full, long before all was sent.
  let last = -1;
  await until(async () => {
    const stands = taken === last && taken > 0;
    last = taken;
    await isServed(`beside-${taken}-${Math.random()}`);
    return stands;
  });
  expect(taken).toBeLessThan(2_000);
  client.abort();
  await sending;
  await isServed('after-the-silent-one');
});

it('while the database is away each item says so, and the request goes on when it is back', async () => {
  const client = server.open();
  await client.send(toLines([createMap('before')]));
  expect(await client.next()).toMatchObject({ index: 0, code: 201 });
  server.proxy.damage();
  await client.send(toLines([createMap('away'), merge('before', { data: { a: 'b' } })]));
  const failed = [await client.next(), await client.next()];
  expect(failed).toMatchObject([
    { index: 1, code: 503, status: { reason: 'ServiceUnavailable' } },
    { index: 2, code: 503, status: { reason: 'ServiceUnavailable' } },
  ]);
  server.proxy.mend();
  expect(await mapsNamed('away')).toBe(0);
  let name = 0;
  await until(async () => {
    name += 1;
    await client.send(toLines([createMap(`back-${name}`)]));
    return (await client.next())?.code === 201;
  });
  expect(codesOf(await client.finish([createMap('end')]))).toEqual([201]);
});

it('all or nothing: 5,000 items are one transaction, also when one of them is refused', async () => {
  const items = Array.from({ length: 5_000 }, (_, i) => createMap(`whole-${i}`));
  const clash = { ...createMap('whole-0'), id: 'clash' };
  const before = await server.registry.currentRevision();
  const dry = await server.open('?atomic=true&dryRun=All').finish(items);
  expect(codesOf(dry)).toEqual([201]);
  expect(await server.registry.currentRevision()).toBe(before);
  const answers = await server.open('?atomic=true').finish(items);
  expect(codesOf(answers)).toEqual([201]);
  const rows = await server.sql<{ count: number }>(
    `SELECT count(*)::int AS count FROM objects WHERE name LIKE 'whole-%' GROUP BY xmin`,
  );
  expect(rows).toEqual([{ count: 5_000 }]);
  const refused = await server.open('?atomic=true').finish([...items.map((_, i) => createMap(`none-${i}`)), clash]);
  expect(codesOf(refused)).toEqual([424, 409]);
  expect(refused.at(-1)).toMatchObject({ id: 'clash', status: { reason: 'AlreadyExists' } });
  expect(await mapsNamed('none-')).toBe(0);
  expect(await server.registry.currentRevision()).toBe(before + items.length);
});

it('all or nothing: an unknown outcome is that of every item', async () => {
  server.proxy.loseCommits();
  const answers = await server.open('?atomic=true').finish([createMap('both-a'), createMap('both-b')]);
  expect(codesOf(answers)).toEqual([503]);
  expect(answers[1]?.status?.message).toContain('its outcome is unknown');
  server.proxy.mend();
  expect(await mapsNamed('both-')).toBe(2);
});

it('a write whose commit was not answered is reported as unknown, and not sent again', async () => {
  server.proxy.loseCommits();
  const [answer] = await server.open().finish([createMap('perhaps')]);
  expect(answer).toMatchObject({
    code: 503,
    status: { message: expect.stringContaining('its outcome is unknown') },
  });
  server.proxy.mend();
  // It was written, once.
  const rows = await server.sql(`SELECT revision FROM change_log WHERE name = 'perhaps'`);
  expect(rows).toHaveLength(1);
});
