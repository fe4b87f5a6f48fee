/** The live stream of a started Flotilla, over stops and kills of the server: nothing lost, nothing twice. */
import { afterEach, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Replica, StreamClient } from '../support/stream-client.ts';
import { until } from '../support/until.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const POOLS = '/apis/fleet.flotilla.dev/v1alpha1/nodepools';
const json = { 'content-type': 'application/json' };

describe.skipIf(missing !== undefined)(modeTitle('the live stream'), () => {
  const flotilla = useFlotilla({ args: ['--empty'] });
  const clients: StreamClient[] = [];
  afterEach(() => {
    const violations = clients.flatMap((client) => client.violations);
    for (const client of clients.splice(0)) {
      client.drop();
    }
    expect(violations).toEqual([]);
  });

  const put = async (name: string): Promise<void> => {
    const body = JSON.stringify({ metadata: { name }, data: {} });
    expect((await flotilla().request(MAPS, { method: 'POST', body, headers: json })).status).toBe(201);
  };
  const listed = async (): Promise<string[]> => {
    const { items } = JSON.parse((await flotilla().request(MAPS)).text) as {
      items: { metadata: { name: string; resourceVersion: string } }[];
    };
    return items.map(({ metadata }) => `default/${metadata.name}@${metadata.resourceVersion}`).sort();
  };
  async function subscribe(replica: Replica): Promise<StreamClient> {
    const { server: origin, ca, token } = await flotilla().access();
    const client = await StreamClient.open({ origin, ca, token }, (frame) => {
      if (frame.id === 'maps') {
        replica.apply(frame);
      }
    });
    clients.push(client);
    replica.start();
    const resume = replica.token === undefined ? {} : { resume: replica.token };
    client.subscribe({ id: 'maps', apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', ...resume });
    return client;
  }
  const isTold = async (replica: Replica): Promise<void> => {
    const wanted = JSON.stringify(await listed());
    await until(
      () => JSON.stringify(replica.versions()) === wanted,
      () => `${replica.versions().join(' ')} is not ${wanted}`,
    );
  };

  it('resumes by its token after a kill -9 of the server', async () => {
    const replica = new Replica();
    await put('before');
    const client = await subscribe(replica);
    await until(() => replica.objects.size > 0);
    const writes = Promise.allSettled(Array.from({ length: 40 }, (_, i) => put(`during-${i}`)));
    await until(() => replica.objects.size > 5);
    await flotilla().kill('SIGKILL');
    await client.closed();
    await writes;
    await flotilla().start();
    await put('after');
    const second = await subscribe(replica);
    await isTold(replica);
    expect(second.frames.filter(({ type }) => type === 'snapshot')).toEqual([]);
    expect(replica.violations).toEqual([]);
  });

  it('is closed as 1001 by a stop in less than 5 s, and resumes after it', async () => {
    const replica = new Replica();
    const client = await subscribe(replica);
    await until(() => replica.token);
    const started = performance.now();
    await flotilla().kill('SIGTERM');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(await client.closed()).toBe(1001);
    await flotilla().start();
    await put('later');
    const second = await subscribe(replica);
    await isTold(replica);
    expect(second.frames.filter(({ type }) => type === 'snapshot')).toEqual([]);
    expect(replica.violations).toEqual([]);
  });

  it('shows a pool being scaled: its nodes come and go', async () => {
    const client = await subscribe(new Replica());
    client.subscribe({ id: 'nodes', apiVersion: 'v1', kind: 'Node' });
    const nodes = new Replica();
    nodes.start();
    let taken = 0;
    const follow = (): number => {
      for (; taken < client.frames.length; taken += 1) {
        const frame = client.frames[taken];
        if (frame?.id === 'nodes') {
          nodes.apply(frame);
        }
      }
      return nodes.objects.size;
    };
    const pool = {
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'NodePool', metadata: { name: 'streamed' } },
      spec: { replicas: 3, runtime: 'simulated' },
    };
    const made = await flotilla().request(POOLS, { method: 'POST', body: JSON.stringify(pool), headers: json });
    expect(made.status, made.text).toBe(201);
    await until(() => follow() === 3);
    await flotilla().request(`${POOLS}/streamed/scale`, {
      method: 'PATCH',
      body: '{"spec":{"replicas":1}}',
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    await until(() => follow() === 1);
    expect(nodes.violations).toEqual([]);
  });
});
