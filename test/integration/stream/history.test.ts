/** What the stream says of a history that is there, that is gone, and that has not happened. */
import { expect, it } from 'vitest';
import { exactly, tokenCodec } from '../../../src/api/stream/resume-token.ts';
import { configMap } from '../../support/registry-fixture.ts';
import { Replica, StreamClient } from '../../support/stream-client.ts';
import { type ApiReplica, useReplicas } from './replicas.ts';

const replicas = useReplicas(2);
const MAPS = { apiVersion: 'v1', kind: 'ConfigMap' };
const here = (): ApiReplica => replicas.all[0] as ApiReplica;
const elsewhere = (): ApiReplica => replicas.all[1] as ApiReplica;
const put = ({ registry }: ApiReplica, name: string) => registry.create('configmaps', 'default', configMap(name));

async function tokenNow(replica: ApiReplica): Promise<string> {
  const client = await StreamClient.open(replica.address);
  client.subscribe({ id: 'maps', ...MAPS });
  const { token = '' } = await client.next(({ token: given }) => given !== undefined);
  client.drop();
  expect(client.violations).toEqual([]);
  return token;
}

it('a token of one replica resumes at another, also when it is the newer one', async () => {
  await put(here(), 'a');
  const token = await tokenNow(here());
  const client = await StreamClient.open(elsewhere().address);
  client.subscribe({ id: 'maps', ...MAPS, resume: token });
  await put(here(), 'b');
  const frame = await client.next();
  expect(frame.events?.map(({ type, object }) => [type, object.metadata.name])).toEqual([['ADDED', 'b']]);
  client.drop();
  expect(client.violations).toEqual([]);
});

it('a compacted token is 410 Expired, and a new subscription on the same connection works', async () => {
  const token = await tokenNow(here());
  await put(here(), 'c');
  await replicas.compactAll();
  const client = await StreamClient.open(here().address);
  client.subscribe({ id: 'maps', ...MAPS, resume: token });
  const failure = await client.next();
  expect(failure).toMatchObject({ type: 'error', id: 'maps', status: { code: 410, reason: 'Expired' } });
  expect(failure.token).toBeUndefined();
  const replica = new Replica();
  replica.start();
  client.subscribe({ id: 'maps', ...MAPS });
  replica.apply(await client.next());
  expect([...replica.objects.values()].map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(['a', 'c']),
  );
  client.drop();
  expect([...client.violations, ...replica.violations]).toEqual([]);
});

it('a token from the future is refused, not waited for', async () => {
  const future = tokenCodec(here().api.context.streamKey, MAPS).encode(exactly(999_999_999));
  const client = await StreamClient.open(here().address);
  client.subscribe({ id: 'maps', ...MAPS, resume: future });
  const failure = await client.next();
  expect(failure).toMatchObject({ type: 'error', id: 'maps', status: { code: 504, reason: 'Timeout' } });
  expect(failure.token).toBeUndefined();
  client.drop();
});
