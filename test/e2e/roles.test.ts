/** Two processes of each role over one database: each may fail, pause or be cut off, and nothing is lost or done twice. */
import pg from 'pg';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { missing, modeTitle } from '../support/fleet.ts';
import type { Access, FlotillaProcess } from '../support/flotilla.ts';
import { Kubectl } from '../support/kubectl.ts';
import { simulation } from '../support/manifests.ts';
import { type RoleFleet, startRoleFleet } from '../support/role-fleet.ts';
import { until } from '../support/until.ts';
import { recordWatch, type WatchRecorder } from '../support/watch-recorder.ts';

interface Pod {
  metadata: { name: string; uid: string; resourceVersion: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: {
    phase: string;
    containerStatuses?: { containerID?: string; restartCount: number; state: { running?: { startedAt: string } } }[];
  };
}
interface ConfigMap {
  metadata: { name: string; uid: string; resourceVersion: string };
  data: { count: string };
}
interface Lease {
  metadata: { name: string };
  spec: { renewTime: string };
}

const NAMESPACE = '/api/v1/namespaces/default';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const REPLICAS = 40;

/** Pods that take up to 4 s to start, so that whatever befalls the fleet finds some of them half-way. */
const slowDeployment = (name: string, replicas = REPLICAS) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, ...simulation({ startMs: 2_000, jitter: 0.9 }) },
      spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] },
    },
  },
});

const revision = ({ metadata }: { metadata: { resourceVersion: string } }): number => Number(metadata.resourceVersion);

/** What each pod did, by the watch: the containers it had, their starts, its phases in order. */
function histories({ events }: WatchRecorder<Pod>) {
  const pods = new Map<string, { containers: Set<string>; starts: Set<string>; restarts: number; phases: string[] }>();
  for (const { object } of events) {
    const { uid } = object.metadata;
    const history = pods.get(uid) ?? { containers: new Set(), starts: new Set(), restarts: 0, phases: [] };
    pods.set(uid, history);
    for (const { containerID = '', restartCount, state } of object.status.containerStatuses ?? []) {
      history.containers.add(containerID);
      history.starts.add(state.running?.startedAt ?? '');
      history.restarts = Math.max(history.restarts, restartCount);
    }
    if (history.phases.at(-1) !== object.status.phase) {
      history.phases.push(object.status.phase);
    }
  }
  return [...pods].map(([uid, { containers, starts, restarts, phases }]) => {
    containers.delete('');
    starts.delete('');
    return { uid, containers: containers.size, starts: starts.size, restarts, phases };
  });
}

describe.skipIf(missing !== undefined)(modeTitle('two processes of each role'), () => {
  let fleet: RoleFleet;
  let kubectl: readonly [Kubectl, Kubectl];
  beforeAll(async () => {
    fleet = await startRoleFleet({ FLOTILLA_KUBELET_RENEW_INTERVAL: '2s' });
    const [a, b] = fleet.apis;
    kubectl = [
      await Kubectl.create(34, await fleet.kubeconfig(a)),
      await Kubectl.create(34, await fleet.kubeconfig(b)),
    ];
  });
  afterAll(async () => {
    await Promise.all((kubectl ?? []).map((each) => each.close()));
    await fleet?.close();
  });

  const ready = async (name: string, replicas = REPLICAS): Promise<void> => {
    await until(
      async () => {
        const { status } = await kubectl[0].json<{ status: { readyReplicas?: number } }>('get', 'deployment', name);
        return status.readyReplicas === replicas;
      },
      () => `deployment ${name} has not ${replicas} ready pods: ${allOutput()}`,
      60_000,
    );
  };
  const everyone = (): FlotillaProcess[] => [...fleet.apis, ...fleet.workers, ...fleet.controllers];
  const allOutput = (): string =>
    everyone()
      .map(({ output }) => output.slice(-1_500))
      .join('\n---\n');
  const watchPods = async (name: string): Promise<WatchRecorder<Pod>> => {
    const access = await fleet.access(fleet.apis[0]);
    const recorder = await recordWatch<Pod>(access, `${NAMESPACE}/pods`);
    const ours = {
      ...recorder,
      get events() {
        return recorder.events.filter(({ object }) => object.metadata.name.startsWith(`${name}-`));
      },
    };
    onTestFinished(() => recorder.stop());
    return ours;
  };
  const someRunning = (pods: WatchRecorder<Pod>, count: number): Promise<unknown> =>
    until(
      () =>
        new Set(
          pods.events
            .filter(({ object }) => object.status.phase === 'Running')
            .map(({ object }) => object.metadata.uid),
        ).size >= count,
      () => `not ${count} pods are running: ${allOutput()}`,
    );

  /** Applies a deployment, lets `befall` happen while its pods start, and expects that nobody can tell afterwards. */
  const survive = async (name: string, befall: (pods: WatchRecorder<Pod>) => Promise<unknown>): Promise<void> => {
    const pods = await watchPods(name);
    await kubectl[1].apply(slowDeployment(name));
    await someRunning(pods, 3);
    await befall(pods);
    await ready(name);
    const seen = histories(pods);
    expect(seen.filter(({ containers, starts, restarts }) => containers !== 1 || starts !== 1 || restarts > 0)).toEqual(
      [],
    );
    expect(seen.filter(({ phases }) => phases.join() !== 'Pending,Running')).toEqual([]);
    expect(seen).toHaveLength(REPLICAS);
    await kubectl[0].run('delete', 'deployment', name, '--wait=false');
    await leasesAdvance();
  };
  const leasesAdvance = async (): Promise<void> => {
    const renewals = async (): Promise<Map<string, string>> => {
      const { items } = JSON.parse(await kubectl[0].run('get', '--raw', LEASES)) as { items: Lease[] };
      return new Map(items.map(({ metadata, spec }) => [metadata.name, spec.renewTime]));
    };
    const before = await renewals();
    expect(before.size).toBe(10);
    await until(async () => [...(await renewals())].every(([node, at]) => at > (before.get(node) ?? '')));
  };

  it('show the same through either API replica', async () => {
    await until(
      async () =>
        (await kubectl[0].run('get', 'nodes', '--no-headers')).split('\n').filter((line) => / Ready /.test(line))
          .length === 10,
    );
    const [a, b] = kubectl;
    await a.run('create', 'configmap', 'through-a', '--from-literal=a=b');
    expect(await b.run('get', 'configmap', 'through-a', '-o', 'jsonpath={.data.a}')).toBe('b');
    await b.run('delete', 'configmap', 'through-a');
    expect((await a.outcome(['get', 'configmap', 'through-a'])).stderr).toContain('NotFound');
    const names = ['get', 'nodes,deployments,namespaces,leases', '-A', '-o', 'jsonpath={.items[*].metadata.uid}'];
    expect(await a.run(...names)).toBe(await b.run(...names));
    const [ofA, ofB] = await Promise.all(fleet.apis.map((api) => fleet.access(api)));
    expect(ofA?.token).toBe(ofB?.token);
  });

  it('a watch on one replica tells what is written through the other, in order, each once', async () => {
    const [a, b] = await Promise.all(fleet.apis.map((api) => fleet.access(api)));
    const path = `${NAMESPACE}/configmaps`;
    const recorder = await recordWatch<ConfigMap>(a as Access, path);
    onTestFinished(() => recorder.stop());
    const first = recorder.events.length;
    const written = await writeCounters(b as Access, path, 8, 25);
    const told = () =>
      recorder.events
        .slice(first)
        .map(({ object }) => `${object.metadata.name} ${object.data.count} ${revision(object)}`);
    await until(
      () => told().length >= written.length,
      () => `only ${told().length} of ${written.length} events came`,
    );
    expect(told()).toEqual(
      [...written]
        .sort((x, y) => x.revision - y.revision)
        .map(({ name, count, revision: at }) => `${name} ${count} ${at}`),
    );
    expect(recorder.streams()).toBe(1);
  });

  it('survive a worker that is killed: the other takes its shards over', async () => {
    const [victim] = fleet.workers;
    await survive('worker-killed', () => victim.kill('SIGKILL'));
    await victim.start();
  });

  it('survive a controller that is killed', async () => {
    const [victim] = fleet.controllers;
    await survive('controller-killed', async () => {
      await victim.kill('SIGKILL');
      await kubectl[0].apply(slowDeployment('while-away', 5));
      await ready('while-away', 5);
      await kubectl[0].run('delete', 'deployment', 'while-away');
    });
    await victim.start();
  });

  it('survive an API replica that is killed: clients of the other notice nothing', async () => {
    const [, victim] = fleet.apis;
    await survive('api-killed', async (pods) => {
      const access = await fleet.access(fleet.apis[0]);
      await victim.kill('SIGKILL');
      expect(await writeCounters(access, `${NAMESPACE}/configmaps`, 4, 10, 'after')).toHaveLength(40);
      expect(pods.streams()).toBe(1);
    });
    await victim.start();
  });

  it('survive the loss of all connections to Postgres', async () => {
    await survive('cut-off', async () => {
      expect(await cutConnections(fleet.database.url)).toBeGreaterThan(everyone().length);
      // Again and again, so that it also meets those that are just coming back.
      for (let cut = 0; cut < 10; cut += 1) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await cutConnections(fleet.database.url);
      }
    });
    expect(await Promise.all(everyone().map((each) => isAlive(each)))).not.toContain(false);
  });

  it('survive a queue that forgets everything', async () => {
    await survive('queue-flushed', () => flushQueue(fleet));
  });

  // An operator's own REDIS_URL is not the tests' to kill.
  if (inject('mode') === 'servers') {
    it.skipIf(process.env['REDIS_URL'] !== undefined)(
      'survive a Redis that is killed and comes back empty',
      async () => {
        await survive('redis-restarted', async () => fleet.redis?.restart?.(2_000));
      },
    );
  }

  it('a worker that was paused for 30 s does not undo what its successor did', async () => {
    const [paused] = fleet.workers;
    await survive('worker-paused', async (pods) => {
      paused.pause();
      onTestFinished(() => paused.resume());
      const pausedAt = performance.now();
      await someRunning(pods, REPLICAS);
      await kubectl[0].run('scale', 'deployment', 'worker-paused', `--replicas=${REPLICAS}`);
      await until(() => performance.now() - pausedAt > 30_000, undefined, 40_000);
      paused.resume();
      // It has met the fence once its own sweep has come round and leases were renewed.
      await leasesAdvance();
      await leasesAdvance();
    });
  });
});

interface Written {
  readonly name: string;
  readonly count: number;
  readonly revision: number;
}

/** Each writer creates one object and counts it up; what was acknowledged. */
async function writeCounters(
  { server, ca, token }: Access,
  path: string,
  writers: number,
  writes: number,
  prefix = 'counter',
): Promise<Written[]> {
  const dispatcher = new Agent({ connect: { ca } });
  const write = async (writer: number): Promise<Written[]> => {
    const written: Written[] = [];
    for (let count = 0; count < writes; count += 1) {
      const name = `${prefix}-${writer}`;
      const { statusCode, body } = await request(`${server}${path}${count === 0 ? '' : `/${name}`}`, {
        dispatcher,
        method: count === 0 ? 'POST' : 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name }, data: { count: String(count) } }),
      });
      const answer = (await body.json()) as ConfigMap;
      if (statusCode >= 300) {
        throw new Error(`write of ${name} answered ${statusCode}: ${JSON.stringify(answer)}`);
      }
      written.push({ name, count, revision: revision(answer) });
    }
    return written;
  };
  try {
    return (await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))).flat();
  } finally {
    await dispatcher.destroy();
  }
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

const cutConnections = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rowCount } = await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    return rowCount ?? 0;
  });

/** On Postgres: what the restore of an old backup does to the queue's tables. */
async function flushQueue({ redis, database }: RoleFleet): Promise<void> {
  if (redis !== undefined) {
    await redis.flushAll?.();
    return;
  }
  await withClient(database.url, async (client) => {
    const { rows } = await client.query<{ tables: string }>(
      `SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') AS tables
         FROM pg_tables WHERE schemaname = 'flotilla_queue' AND tablename <> 'migration'`,
    );
    await client.query(`TRUNCATE ${rows[0]?.tables}`);
  });
}

const isAlive = (flotilla: FlotillaProcess): Promise<boolean> =>
  Promise.race([
    flotilla.exited.then(() => false),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(true))),
  ]);
