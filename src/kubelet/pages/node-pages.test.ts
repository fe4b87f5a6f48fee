import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import { KUBELET_DEFAULTS } from '../../values/kubelet-configuration/configuration.ts';
import { FaultView } from '../faults/fault-view.ts';
import type { Node } from '../node.ts';
import { createNodePages, type NodePages } from './node-pages.ts';
import { ProbeCounts } from './probe-counts.ts';

let world: World;
let pages: NodePages;
let probes: ProbeCounts;

const CONFIG = { configuration: KUBELET_DEFAULTS, renewIntervalMs: 10_000, syncConcurrency: 10 };

beforeEach(async () => {
  world = new World();
  const kubelet = JSON.stringify({ maxPods: 50, kubeReserved: { cpu: '500m' } });
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/kubelet': kubelet } });
  await world.run(0);
  probes = new ProbeCounts();
  const runtimes = new Map([['simulated', world.runtime]]);
  const { registry, clock } = world;
  const faults = new FaultView({ registry, clock, random: { next: () => 0 }, logger: silentLogger });
  pages = createNodePages({ registry, runtimes, config: CONFIG, probes, faults, clock });
});

const text = async (path: string): Promise<string> => (await pages.read('n1', path))?.text ?? '';
const json = async <T>(path: string): Promise<T> => JSON.parse(await text(path)) as T;
interface Used {
  readonly name: string;
  readonly cpu: { readonly usageNanoCores: number; readonly usageCoreNanoSeconds: number };
  readonly memory: { readonly workingSetBytes: number; readonly usageBytes: number; readonly availableBytes: number };
}
interface Summary {
  readonly node: Used & { readonly fs: object };
  readonly pods: readonly [
    Used & {
      readonly podRef: object;
      readonly containers: readonly [Used, Used];
      readonly 'ephemeral-storage': object;
    },
  ];
}
const summary = (): Promise<Summary> => json('stats/summary');
interface PodPage {
  readonly items: readonly [
    {
      readonly metadata: { readonly name: string };
      readonly spec: { readonly containers: readonly { readonly name: string }[] };
    },
  ];
}
const sample = (page: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(page)?.[1]);

async function runPods(): Promise<void> {
  const resources = { requests: { cpu: '2', memory: '1Gi' } };
  const second = { name: 'second', image: 'b:1' };
  world.addPod('web', { containers: [{ name: 'main', image: 'a:1', resources }, second] });
  world.addPod('waits', { containers: [{ name: 'main', image: 'none' }] }, { pullError: 'no route' });
  await world.run(5_000);
}

describe('the pages of a kubelet', () => {
  it('say that it is well, and how it is configured on this node', async () => {
    for (const path of ['healthz', 'healthz/ping', 'healthz/log', 'healthz/syncloop']) {
      expect(await pages.read('n1', path)).toEqual({ contentType: 'text/plain; charset=utf-8', text: 'ok' });
    }
    expect((await json<{ kubeletconfig: object }>('configz')).kubeletconfig).toMatchObject({
      ...{ port: 10_250, maxPods: 50, nodeStatusReportFrequency: '5m0s', nodeStatusUpdateFrequency: '10s' },
      ...{ nodeLeaseDurationSeconds: 40, kubeReserved: { cpu: '500m' }, evictionHard: { 'memory.available': '100Mi' } },
      ...{ imageGCHighThresholdPercent: 85, containerLogMaxSize: '10Mi', podPidsLimit: -1, seccompDefault: false },
    });
  });

  it('list the pods that are bound to the node, and those that run', async () => {
    await runPods();
    const bound = await json<PodPage>('pods');
    expect(bound).toMatchObject({ kind: 'PodList', apiVersion: 'v1' });
    expect(bound.items.map(({ metadata }) => metadata.name)).toEqual(['web', 'waits']);
    expect(bound.items[0]).toMatchObject({ spec: { nodeName: 'n1' }, status: { phase: 'Running' } });
    const running = await json<PodPage>('runningpods');
    expect(running.items).toMatchObject([{ metadata: { name: 'web' }, spec: { nodeName: 'n1' } }]);
    const names = running.items[0].spec.containers.map(({ name }) => name);
    expect(names.sort()).toEqual(['main', 'second']);
  });

  it('sum up what is used', async () => {
    await runPods();
    await text('stats/summary');
    await world.run(60_000);
    const { node, pods } = await summary();
    expect(pods).toHaveLength(1);
    expect(pods[0].podRef).toMatchObject({ name: 'web', namespace: 'default' });
    const [main, second] = pods[0].containers;
    expect(main.cpu.usageNanoCores).toBeGreaterThan(second.cpu.usageNanoCores);
    expect(main.cpu.usageNanoCores).toBeLessThanOrEqual(2e9);
    expect(main.cpu.usageCoreNanoSeconds).toBeGreaterThan(0);
    expect(pods[0].memory.workingSetBytes).toBe(main.memory.workingSetBytes + second.memory.workingSetBytes);
    expect(node.cpu.usageNanoCores).toBeGreaterThan(pods[0].cpu.usageNanoCores);
    expect(node.cpu.usageCoreNanoSeconds).toBeGreaterThan(node.cpu.usageNanoCores * 50);
    expect(node.memory.availableBytes).toBe(256 * 2 ** 30 - node.memory.usageBytes);
  });

  it('tell what of its disk a host has left, and what containers hold there', async () => {
    const usage = { cpu: 1, memory: 2, ephemeralStorage: 7, logs: { bytes: 3, inodes: 1 }, rootfs: { bytes: 4 } };
    const runtime: Runtime = Object.assign(Object.create(world.runtime), {
      stats: { usage: async () => usage },
      hostSignals: {
        left: async () =>
          new Map([
            ['nodefs.available', { capacity: 100, available: 60 }],
            ['nodefs.inodesFree', { capacity: 10, available: 4 }],
          ]),
      },
    });
    const { registry, clock } = world;
    const faults = new FaultView({ registry, clock, random: { next: () => 0 }, logger: silentLogger });
    const runtimes = new Map([['simulated', runtime]]);
    pages = createNodePages({ registry, runtimes, config: CONFIG, probes, faults, clock });
    world.addPod('web');
    await world.run(5_000);
    const { node, pods } = await summary();
    expect(node.fs).toMatchObject({ capacityBytes: 100, availableBytes: 60, usedBytes: 40, inodes: 10, inodesFree: 4 });
    expect(pods[0].containers[0]).toMatchObject({ rootfs: { usedBytes: 4 }, logs: { usedBytes: 3, inodesUsed: 1 } });
    expect(pods[0]['ephemeral-storage']).toMatchObject({ usedBytes: 7 });
  });

  it('tell of containers in the names of cAdvisor', async () => {
    const resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
    world.addPod('web', { containers: [{ name: 'main', image: 'a:1', resources }] });
    await world.run(20_000);
    const { uid } = world.pod('web')?.metadata ?? {};
    const status = world.pod('web')?.status?.containerStatuses?.[0];
    const page = await text('metrics/cadvisor');
    const id = status?.containerID?.split('://')[1];
    const cgroup = `/kubepods/burstable/pod${uid}`;
    const own = `container="main",id="${cgroup}/${id}",image="a:1",name="${id}",namespace="default",pod="web"`;
    const of = (name: string, labels: string): number =>
      Number(
        page
          .split('\n')
          .find((line) => line.startsWith(`${name}{${labels}`))
          ?.split(' ')[1],
      );
    const working = of('container_memory_working_set_bytes', own);
    expect(working).toBeGreaterThan(0);
    const whole = `container="",image="",name="",id="${cgroup}",namespace="default",pod="web"`;
    expect(of('container_memory_working_set_bytes', whole)).toBe(working);
    expect(of('container_memory_working_set_bytes', 'container="",image="",name="",id="/"')).toBeGreaterThan(working);
    expect(of('container_spec_cpu_quota', own)).toBe(200_000);
    expect(of('container_spec_cpu_shares', own)).toBe(512);
    expect(of('container_spec_memory_limit_bytes', own)).toBe(2 ** 31);
    expect(page).toContain(`container_cpu_usage_seconds_total{${own},cpu="total"} `);
    expect(of('machine_cpu_cores', '')).toBe(32);
    expect(of('machine_memory_bytes', '')).toBe(256 * 2 ** 30);
  });

  it('count sidecars, as long as they run', async () => {
    const resources = { requests: { cpu: '1', memory: '1Gi' } };
    const sidecar = { name: 'side', image: 'a:1', restartPolicy: 'Always', resources };
    const first = { name: 'first', image: 'b:1' };
    world.addPod('web', { initContainers: [first, sidecar] }, { containers: { first: { runMs: 1_000, exitCode: 0 } } });
    await world.run(20_000);
    const { node, pods } = await summary();
    const names = pods[0].containers.map(({ name }) => name);
    expect(names.sort()).toEqual(['main', 'side']);
    expect(node.memory.usageBytes).toBeGreaterThan(pods[0].memory.usageBytes);
    expect(await text('metrics/resource')).toContain('container_memory_working_set_bytes{container="side"');
  });

  it('give metrics in the format of Prometheus, counters never falling when pods go', async () => {
    await runPods();
    const metrics = await text('metrics');
    expect(metrics).toContain('kubelet_node_name{node="n1"} 1\n');
    expect(metrics).toContain('kubelet_running_pods 2\n');
    expect(metrics).toContain('kubelet_running_containers{container_state="running"} 2\n');
    const first = await text('metrics/resource');
    expect(first).toMatch(
      /# TYPE container_cpu_usage_seconds_total counter\ncontainer_cpu_usage_seconds_total\{container="main",namespace="default",pod="web"\} [\d.e-]+ \d{13}\n/,
    );
    expect(first).toContain('resource_scrape_error 0\n');
    await world.run(60_000);
    const before = sample(await text('metrics/resource'), 'node_cpu_usage_seconds_total');
    world.delete('pods', 'default', 'web', 0);
    await world.run(60_000);
    const after = await text('metrics/resource');
    expect(before).toBeGreaterThan(0);
    expect(sample(after, 'node_cpu_usage_seconds_total')).toBeGreaterThan(before);
    expect(after).not.toContain('container="main"');
  });

  it('count the probes of its own pods', async () => {
    await runPods();
    const uid = world.pod('web')?.metadata.uid ?? '';
    probes.add(uid, 'main', 'liveness', 'successful');
    probes.add(uid, 'main', 'liveness', 'successful');
    probes.add(uid, 'main', 'readiness', 'failed');
    probes.add('another', 'main', 'liveness', 'failed');
    for (const seconds of [0.004, 0.2, 11]) {
      probes.took(uid, 'main', 'liveness', seconds);
    }
    const labels = `container="main",namespace="default",pod="web",pod_uid="${uid}"`;
    const page = (await text('metrics/probes')).split('\n');
    const timed = 'container="main",namespace="default",pod="web",probe_type="Liveness"';
    const bucket = (le: string): string => `prober_probe_duration_seconds_bucket{${timed},le="${le}"}`;
    expect(page).toContain('# TYPE prober_probe_duration_seconds histogram');
    expect(page).toEqual(
      expect.arrayContaining([
        ...[`${bucket('0.005')} 1`, `${bucket('0.1')} 1`, `${bucket('0.25')} 2`, `${bucket('10')} 2`],
        ...[`${bucket('+Inf')} 3`, `prober_probe_duration_seconds_count{${timed}} 3`],
        `prober_probe_duration_seconds_sum{${timed}} 11.204`,
      ]),
    );
    expect(page.slice(page.indexOf('# TYPE prober_probe_total counter') + 1)).toEqual([
      `prober_probe_total{${labels},probe_type="Liveness",result="successful"} 2`,
      `prober_probe_total{${labels},probe_type="Readiness",result="failed"} 1`,
      '',
    ]);
  });

  it('are not there for what no kubelet serves', async () => {
    for (const path of ['', 'nothing', 'pods/x', '__proto__', 'constructor', '../healthz']) {
      expect(await pages.read('n1', path)).toBeUndefined();
    }
  });

  it('are out of reach where the kubelet plays dead, of a foreign node, and of none', async () => {
    world.add('nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'foreign' } });
    world.edit<Node>('nodes', '', 'n1', (node) => {
      node.metadata.annotations = { ...node.metadata.annotations, 'fleet.flotilla.dev/fault': 'stop-heartbeat' };
    });
    for (const name of ['foreign', 'n1']) {
      await expect(pages.read(name, 'healthz')).rejects.toMatchObject({
        ...{ code: 503, message: expect.stringMatching(/^error trying to reach service: dial tcp .*:10250: connect/) },
      });
    }
    await expect(pages.read('none', 'healthz')).rejects.toMatchObject({ code: 404, message: 'nodes "none" not found' });
  });
});
