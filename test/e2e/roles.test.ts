/** Two processes of each role over one database: each may fail, pause or be cut off, and nothing is lost or done twice. */
import { networkInterfaces } from 'node:os';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { advertisedAddress } from '../../src/bootstrap/api-endpoints.ts';
import { missing, modeTitle } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { simulation } from '../support/manifests.ts';
import { podHistories, type WatchedPod } from '../support/pod-histories.ts';
import { type RoleFleet, startRoleFleet } from '../support/role-fleet.ts';
import { until } from '../support/until.ts';
import { recordWatch, type WatchRecorder } from '../support/watch-recorder.ts';
import { COUNTERS_PATH, type CounterMap, writeCounters } from '../support/write-counters.ts';

interface Lease {
  metadata: { name: string };
  spec: { renewTime: string };
}

const PODS = '/api/v1/namespaces/default/pods';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
const NODES = 10;
const REPLICAS = 40;

/** Pods that take up to 4 s to start, so that whatever befalls the fleet finds some of them half-way. */
const slowDeployment = (name: string, replicas: number) => ({
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

describe.skipIf(missing !== undefined)(modeTitle('two processes of each role'), () => {
  let fleet: RoleFleet;
  /** One for each API replica. */
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

  /** The pods of one deployment, watched through the first replica. */
  const watchPods = async (name: string): Promise<WatchRecorder<WatchedPod>> => {
    const recorder = await recordWatch<WatchedPod>(await fleet.access(fleet.apis[0]), PODS);
    onTestFinished(() => recorder.stop());
    return {
      ...recorder,
      get events() {
        return recorder.events.filter(({ object }) => object.metadata.name.startsWith(`${name}-`));
      },
    };
  };
  const running = async (pods: WatchRecorder<WatchedPod>, count: number): Promise<void> => {
    const seen = (): number => podHistories(pods.events).filter(({ phases }) => phases.includes('Running')).length;
    const describeIt = (): string => `${seen()} of ${count} pods are running: ${fleet.output()}`;
    await until(() => seen() >= count, describeIt, 60_000);
  };
  const ready = (name: string): Promise<string> =>
    kubectl[0].run('rollout', 'status', `deployment/${name}`, '--timeout=50s');
  const renewals = async (): Promise<Map<string, string>> => {
    const { items } = JSON.parse(await kubectl[0].run('get', '--raw', LEASES)) as { items: Lease[] };
    return new Map(items.map(({ metadata, spec }) => [metadata.name, spec.renewTime]));
  };
  /** All but those of nodes that a fault holds. */
  const leasesAdvance = async (held: readonly string[] = []): Promise<void> => {
    const before = await renewals();
    expect(before.size).toBe(NODES);
    await until(async () =>
      [...(await renewals())].every(([node, at]) => held.includes(node) || at > (before.get(node) ?? '')),
    );
  };

  /** Lets `befall` happen while a deployment's pods start, and expects that nobody can tell afterwards. */
  const survive = async (
    name: string,
    befall: (pods: WatchRecorder<WatchedPod>) => Promise<unknown>,
    replicas = REPLICAS,
  ): Promise<void> => {
    const pods = await watchPods(name);
    await kubectl[1].apply(slowDeployment(name, REPLICAS));
    await running(pods, 3);
    await befall(pods);
    await running(pods, replicas);
    await ready(name);
    await leasesAdvance();
    const seen = podHistories(pods.events).map(({ uid, ...history }) => history);
    const once = { containers: 1, starts: 1, restarts: 0, phases: ['Pending', 'Running'] };
    expect(seen).toEqual(Array.from({ length: replicas }, () => once));
    await kubectl[0].run('delete', 'deployment', name, '--wait=false');
  };

  it('show the same through either API replica', async () => {
    const [a, b] = kubectl;
    await a.run('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s');
    await a.run('create', 'configmap', 'through-a', '--from-literal=a=b');
    expect(await b.run('get', 'configmap', 'through-a', '-o', 'jsonpath={.data.a}')).toBe('b');
    await b.run('delete', 'configmap', 'through-a');
    expect((await a.outcome(['get', 'configmap', 'through-a'])).stderr).toContain('NotFound');
    const uids = ['get', 'nodes,deployments,namespaces,leases', '-A', '-o', 'jsonpath={.items[*].metadata.uid}'];
    expect(await a.run(...uids)).toBe(await b.run(...uids));
  });

  it('are both the endpoints of the service `kubernetes`', async () => {
    const address = advertisedAddress('127.0.0.1', networkInterfaces());
    const ports = fleet.apis.map(({ port }) => port).sort((a, b) => a - b);
    const query = 'jsonpath={.items[?(@.metadata.name=="kubernetes")].subsets[*].ports[*].port}';
    const wanted = address === undefined ? '' : ports.join(' ');
    let told = '';
    // Both came at once: one of them may have had to look again.
    const isTold = async (): Promise<boolean> => {
      told = await kubectl[0].run('get', 'endpoints', '-n', 'default', '-o', query);
      return told === wanted;
    };
    await until(isTold, () => `the ports are ${told}, not ${wanted}`);
  });

  it('a watch on one replica tells what is written through the other, in order, each once', async () => {
    const [a, b] = fleet.apis;
    const recorder = await recordWatch<CounterMap>(await fleet.access(a), COUNTERS_PATH);
    onTestFinished(() => recorder.stop());
    const first = recorder.events.length;
    const written = await writeCounters(await fleet.access(b), { prefix: 'counter', writers: 8, writes: 25 });
    const told = (): CounterMap[] => recorder.events.slice(first).map(({ object }) => object);
    const describeIt = (): string => `only ${told().length} of ${written.length} events came`;
    await until(() => told().length >= written.length, describeIt);
    const essence = ({ metadata, data }: CounterMap) => [metadata.name, data.count, Number(metadata.resourceVersion)];
    const inOrder = written.map(essence).sort((x, y) => Number(x[2]) - Number(y[2]));
    expect(told().map(essence)).toEqual(inOrder);
    expect(recorder.streams()).toBe(1);
  });

  it('survive a worker that is killed: the other takes its shards over', async () => {
    const [victim] = fleet.workers;
    await survive('worker-killed', () => victim.kill('SIGKILL'));
    await victim.start();
  });

  it('agree on whom a fault holds, though the worker that began it is killed', async () => {
    const [victim] = fleet.workers;
    const nodes = [...(await renewals()).keys()].slice(0, 4);
    await kubectl[0].apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'apart' } },
      spec: { type: 'Partition', nodeNames: nodes },
    });
    await until(async () => (await kubectl[1].run('get', 'fault', 'apart')).includes('4/4 nodes'));
    await leasesAdvance(nodes);
    const before = await renewals();
    await victim.kill('SIGKILL');
    await leasesAdvance(nodes);
    await victim.start();
    await leasesAdvance(nodes);
    await leasesAdvance(nodes);
    const after = await renewals();
    expect(nodes.map((node) => after.get(node))).toEqual(nodes.map((node) => before.get(node)));
    await kubectl[1].run('delete', 'fault', 'apart');
    await leasesAdvance();
  });

  it('survive a controller that is killed: the other goes on', async () => {
    const [victim] = fleet.controllers;
    await survive('controller-killed', async () => {
      await victim.kill('SIGKILL');
      await kubectl[0].apply(slowDeployment('while-away', 5));
      await ready('while-away');
      await kubectl[0].run('delete', 'deployment', 'while-away');
    });
    await victim.start();
  });

  it('survive an API replica that is killed: clients of the other notice nothing', async () => {
    const [other, victim] = fleet.apis;
    await survive('api-killed', async (pods) => {
      const access = await fleet.access(other);
      await victim.kill('SIGKILL');
      expect(await writeCounters(access, { prefix: 'after', writers: 4, writes: 10 })).toHaveLength(40);
      expect(pods.streams()).toBe(1);
    });
    await victim.start();
  });

  it('survive the loss of all connections to Postgres', async () => {
    const processes = [...fleet.apis, ...fleet.workers, ...fleet.controllers];
    await survive('cut-off', async () => {
      expect(await fleet.cutConnections()).toBeGreaterThan(processes.length);
      // Again and again, so that it also meets those that are just coming back.
      for (let cut = 0; cut < 10; cut += 1) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        await fleet.cutConnections();
      }
    });
    expect(processes.filter(({ isRunning }) => !isRunning).map(({ output }) => output)).toEqual([]);
  });

  it('survive a queue that forgets everything', async () => {
    await survive('queue-flushed', () => fleet.flushQueue());
  });

  if (inject('mode') === 'servers') {
    // An operator's own REDIS_URL is not the tests' to kill.
    it.skipIf(process.env['REDIS_URL'] !== undefined)(
      'survive a Redis that is killed and comes back empty',
      async () => {
        await survive('redis-restarted', async () => fleet.redis?.restart?.(2_000));
      },
    );

    it('keep their keys in Redis apart from those of other fleets', async () => {
      const [row] = await fleet.sql<{ id: string }>('SELECT fleet_id AS id FROM settings');
      const client = new Redis(fleet.redis?.url ?? '');
      onTestFinished(() => client.disconnect());
      const keys = await client.keys('*heartbeat:repeat');
      expect(keys).toContain(`flotilla:${row?.id}:heartbeat:repeat`);
    });
  }

  it('a worker that was paused for 30 s does not undo what its successor did', async () => {
    const [paused] = fleet.workers;
    const more = REPLICAS + 5;
    const befall = async (pods: WatchRecorder<WatchedPod>): Promise<void> => {
      paused.pause();
      const pausedAt = performance.now();
      onTestFinished(() => paused.resume());
      await running(pods, REPLICAS);
      await kubectl[0].run('scale', 'deployment', 'worker-paused', `--replicas=${more}`);
      await running(pods, more);
      await until(() => performance.now() - pausedAt > 30_000, undefined, 40_000);
      paused.resume();
      // Its sweep comes round every 5 s: by then it has met the fence, and works again.
      await leasesAdvance();
      await leasesAdvance();
      await leasesAdvance();
    };
    await survive('worker-paused', befall, more);
  });
});
