/** `flotilla/client` against a started Flotilla, over kills of the server: nothing lost, nothing twice. */
import { afterEach, describe, expect, it } from 'vitest';
import { createClient, type FlotillaClient, fromKubeconfig } from '../../src/client/node.ts';
import { EventReplica } from '../support/fake-fleet.ts';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { until } from '../support/until.ts';

const MAPS = '/api/v1/namespaces/{namespace}/configmaps';
const MAP = '/api/v1/namespaces/{namespace}/configmaps/{name}';
const path = { namespace: 'default' };

describe.skipIf(missing !== undefined)(modeTitle('the client'), () => {
  const flotilla = useFlotilla({ args: ['--empty'] });
  const clients: FlotillaClient[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  const connect = (client: FlotillaClient): FlotillaClient => {
    clients.push(client);
    return client;
  };
  const fromFile = (): FlotillaClient => connect(fromKubeconfig(flotilla().kubeconfig));

  async function put(client: FlotillaClient, name: string, namespace = path.namespace): Promise<void> {
    const { error } = await client.POST(MAPS, { params: { path: { namespace } }, body: { metadata: { name } } });
    expect(error).toBeUndefined();
  }
  async function listed(client: FlotillaClient, namespace = path.namespace): Promise<string[]> {
    const { data } = await client.GET(MAPS, { params: { path: { namespace } } });
    return (data?.items ?? []).map(({ metadata }) => `${metadata?.name}@${metadata?.resourceVersion}`).sort();
  }
  type Event = { readonly type: string; readonly object?: object; readonly resume?: string };
  function follow(events: AsyncIterable<Event>): { replica: EventReplica; seen: Event[]; done: Promise<void> } {
    const replica = new EventReplica();
    const seen: Event[] = [];
    const done = (async () => {
      for await (const event of events) {
        seen.push(event);
        replica.apply(event);
      }
    })();
    return { replica, seen, done };
  }
  const isTold = async (replica: EventReplica, client: FlotillaClient): Promise<void> => {
    const wanted = JSON.stringify(await listed(client));
    await until(
      () => JSON.stringify(replica.versions()) === wanted,
      () => `${replica.versions().join(' ')} is not ${wanted}`,
    );
  };
  /** Both ways to follow the same. */
  const WAYS: Record<string, (client: FlotillaClient, resume?: string) => AsyncIterable<Event>> = {
    watch: (client, resume) => client.watch(MAPS, { params: { path }, ...(resume === undefined ? {} : { resume }) }),
    stream: (client, resume) =>
      client.stream({
        maps: { apiVersion: 'v1', kind: 'ConfigMap', ...path, ...(resume === undefined ? {} : { resume }) },
      }),
  };

  it.each(Object.entries(WAYS))(
    '%s goes on after a kill -9 of the server, with no second snapshot',
    async (way, open) => {
      const client = fromFile();
      await put(client, `${way}-before`);
      const { replica, done } = follow(open(client));
      await until(() => replica.isSynced);
      const writes = Promise.allSettled(Array.from({ length: 40 }, (_, i) => put(client, `${way}-during-${i}`)));
      await until(() => replica.objects.size > 5);
      await flotilla().kill('SIGKILL');
      await writes;
      await flotilla().start();
      await put(client, `${way}-after`);
      await isTold(replica, client);
      expect([replica.violations, replica.snapshots]).toEqual([[], 1]);
      await client.close();
      await done;
    },
  );

  it.each(Object.entries(WAYS))('%s goes on from the `resume` of an event in another client', async (way, open) => {
    const first = fromFile();
    const earlier = follow(open(first));
    await until(() => earlier.replica.isSynced);
    await put(first, `${way}-resumed`);
    const { resume } = await until(() => earlier.seen.findLast((event) => event.type === 'ADDED' && event.resume));
    await first.close();
    const second = fromFile();
    await put(second, `${way}-later`);
    const later = follow(open(second, resume));
    await until(() => later.seen.length > 0);
    expect(later.seen[0]).toMatchObject({ type: 'ADDED', object: { metadata: { name: `${way}-later` } } });
  });

  it('watches more objects than the server reads at a time, while they change: nothing twice, nothing of before', async () => {
    const client = fromFile();
    const namespace = 'many';
    await client.POST('/api/v1/namespaces', { body: { metadata: { name: namespace } } });
    const lines = Array.from({ length: 600 }, (_, i) => {
      const metadata = { namespace, name: `map-${String(i).padStart(3, '0')}` };
      return JSON.stringify({ op: 'create', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } });
    });
    const { data: answers } = await client.POST('/apis/fleet.flotilla.dev/v1alpha1/bulk', {
      ...{ body: {} as never, bodySerializer: () => lines.join('\n'), parseAs: 'text' },
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(String(answers).split('"code":201')).toHaveLength(601);
    const replica = new EventReplica();
    // A controller makes that one, at a time of its own.
    const query = { fieldSelector: 'metadata.name!=kube-root-ca.crt' };
    const events = client.watch(MAPS, { params: { path: { namespace }, query } })[Symbol.asyncIterator]();
    const take = async (): Promise<void> => replica.apply((await events.next()).value ?? { type: 'end' });
    while (replica.objects.size === 0) {
      await take();
    }
    await put(client, 'z-new', namespace);
    for (const name of ['map-000', 'map-598']) {
      const one = { params: { path: { namespace, name } }, body: { data: { changed: 'yes' } } };
      const headers = { 'content-type': 'application/merge-patch+json' } as const;
      expect((await client.PATCH(MAP, { ...one, headers })).response.status).toBe(200);
    }
    const gone = { path: { namespace, name: 'map-599' } };
    expect((await client.DELETE(MAP, { params: gone })).response.status).toBe(200);
    while (!replica.isSynced) {
      await take();
    }
    await put(client, 'z-last', namespace);
    const wanted = (await listed(client, namespace)).filter((version) => !version.startsWith('kube-root-ca.crt@'));
    while (!replica.versions().some((version) => version.startsWith('z-last@'))) {
      await take();
    }
    expect([replica.violations, replica.snapshots, replica.versions()]).toEqual([[], 1, wanted]);
  });

  it('follows many subscriptions over one socket', async () => {
    const client = fromFile();
    const synced = new Set<string>();
    for await (const event of client.stream({
      namespaces: { apiVersion: 'v1', kind: 'Namespace' },
      maps: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', labelSelector: 'app=none' },
      pools: { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool' },
    })) {
      if (event.type === 'SYNCED') {
        synced.add(event.id);
      }
      if (synced.size === 3) {
        break;
      }
    }
    expect([...synced].sort()).toEqual(['maps', 'namespaces', 'pools']);
  });

  it('catches up after a pause in which more frames came due than the server had credits for', async () => {
    const client = fromFile();
    const replica = new EventReplica();
    const events = client.stream({ maps: { apiVersion: 'v1', kind: 'ConfigMap', ...path } })[Symbol.asyncIterator]();
    const take = async (): Promise<void> => replica.apply((await events.next()).value ?? { type: 'end' });
    while (!replica.isSynced) {
      await take();
    }
    for (let i = 0; i < 40; i += 1) {
      await put(client, `slow-${i}`);
    }
    const wanted = await listed(client);
    while (replica.objects.size < wanted.length) {
      await take();
    }
    expect([replica.versions(), replica.violations, replica.snapshots]).toEqual([wanted, [], 1]);
  });

  it('throws the 401 of a wrong token, from a watch and from a stream', async () => {
    const { server, ca } = await flotilla().access();
    for (const open of Object.values(WAYS)) {
      const { done } = follow(open(connect(createClient({ server, ca, token: 'wrong' }))));
      await expect(done).rejects.toMatchObject({ name: 'ApiError', code: 401 });
    }
  });

  it('throws a 400 with the words of the server', async () => {
    const client = fromFile();
    const bad = { labelSelector: '!!' };
    const refused = { name: 'ApiError', code: 400, message: expect.stringContaining('unable to parse requirement') };
    const watch = follow(client.watch(MAPS, { params: { path, query: bad } })).done;
    await expect(watch).rejects.toMatchObject(refused);
    const stream = follow(client.stream({ maps: { apiVersion: 'v1', kind: 'ConfigMap', ...bad } })).done;
    await expect(stream).rejects.toMatchObject(refused);
  });

  it('says why it cannot connect, and keeps trying', async () => {
    const { server, token } = await flotilla().access();
    const client = connect(createClient({ server, token }));
    const reasons: unknown[] = [];
    const onConnection = (_: string, reason?: unknown): void => {
      reasons.push(reason);
    };
    const watch = follow(client.watch(MAPS, { params: { path }, onConnection }));
    const stream = follow(client.stream({ maps: { apiVersion: 'v1', kind: 'ConfigMap' } }, { onConnection }));
    await until(() => reasons.filter((reason) => String((reason as Error)?.cause).includes('certificate')).length > 1);
    await client.close();
    await Promise.all([watch.done, stream.done]);
  });
});
