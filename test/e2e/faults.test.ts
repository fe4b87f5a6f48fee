/** Faults as kubectl makes and sees them: what real failures look like, and that they heal. */
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, modeTitle, useFlotilla } from '../support/fleet.ts';
import { Kubectl } from '../support/kubectl.ts';
import { deploymentManifest } from '../support/manifests.ts';
import { until } from '../support/until.ts';
import { untilPrinted } from '../support/until-printed.ts';

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName: string };
  status: {
    phase: string;
    reason?: string;
    message?: string;
    conditions?: { type: string; status: string; reason?: string }[];
    containerStatuses?: {
      restartCount: number;
      state: { waiting?: { reason: string } };
      lastState: { terminated?: { exitCode: number } };
    }[];
  };
}
interface Node {
  metadata: { name: string };
  spec: { taints?: { key: string; effect: string }[] };
  status: { conditions: { type: string; status: string; reason: string }[] };
}

const EXAMPLES = resolve(import.meta.dirname, '../../examples/faults');
const ZONE = 'topology.kubernetes.io/zone=zone-a';
/** Nodes of a zone that is out are tainted one in ten seconds. */
const eventually = (probe: () => Promise<boolean>) => until(probe, () => 'the fault did not show, or stayed', 90_000);
const tolerance = ['unreachable', 'not-ready'].map((condition) => ({
  ...{ key: `node.kubernetes.io/${condition}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 },
}));

describe.skipIf(missing !== undefined)(modeTitle('faults'), () => {
  const env = { FLOTILLA_NODE_MONITOR_GRACE_PERIOD: '8s', FLOTILLA_KUBELET_RENEW_INTERVAL: '2s' };
  const flotilla = useFlotilla({ env });
  let kubectl: Kubectl;
  const list = async <T>(...args: string[]): Promise<T[]> => (await kubectl.json<{ items: T[] }>('get', ...args)).items;
  const pods = (app: string) => list<Pod>('pods', '-l', `app=${app}`);
  const alive = async (app: string) =>
    (await pods(app)).filter(
      ({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running',
    );
  const apply = (file: string) => kubectl.run('apply', '-f', join(EXAMPLES, file));
  beforeAll(async () => {
    kubectl = await Kubectl.create(34, flotilla().kubeconfig);
  });
  afterAll(() => kubectl.close());

  it('a zone is out: nodes are given up and tainted, pods run elsewhere, and all comes back', {
    timeout: 240_000,
  }, async () => {
    await kubectl.apply(deploymentManifest('mobile', 'default', 9, { tolerations: tolerance }));
    await kubectl.run('rollout', 'status', 'deployment/mobile', '--timeout=60s');
    await apply('zone-outage.yaml');
    const lost = (await list<Node>('nodes', '-l', ZONE)).map(({ metadata }) => metadata.name);
    expect(lost.length).toBeGreaterThan(1);
    await eventually(async () => {
      const nodes = await list<Node>('nodes', '-l', ZONE);
      return nodes.every(({ status, spec }) => {
        const ready = status.conditions.find(({ type }) => type === 'Ready');
        const isTainted = spec.taints?.some(
          ({ key, effect }) => key === 'node.kubernetes.io/unreachable' && effect === 'NoExecute',
        );
        return ready?.status === 'Unknown' && ready.reason === 'NodeStatusUnknown' && isTainted === true;
      });
    });
    await eventually(async () => {
      const running = await alive('mobile');
      return running.length === 9 && running.every(({ spec }) => !lost.includes(spec.nodeName));
    });
    const row = await kubectl.run('get', 'faults');
    expect(row).toMatch(new RegExp(`zone-out +ZoneOutage +Active +${lost.length}/${lost.length} nodes +100%`));
    expect(await kubectl.run('describe', 'node', lost[0] ?? '')).toContain('FaultInjected');
    expect(await kubectl.run('describe', 'fault', 'zone-out')).toContain('FaultStarted');
    await expect(kubectl.run('get', '--raw', `/api/v1/nodes/${lost[0]}/proxy/healthz`)).rejects.toThrow('i/o timeout');

    await kubectl.run('delete', 'fault', 'zone-out');
    await kubectl.run('wait', '--for=condition=Ready', 'node', '-l', ZONE, '--timeout=30s');
    await eventually(async () =>
      (await list<Node>('nodes', '-l', ZONE)).every(({ spec }) => (spec.taints ?? []).length === 0),
    );
    await eventually(async () => (await pods('mobile')).length === 9);
    await kubectl.run('delete', 'deployment', 'mobile');
  });

  it('pods crash in a loop until the fault is gone', { timeout: 180_000 }, async () => {
    await kubectl.apply(deploymentManifest('fragile', 'default', 2));
    await kubectl.run('rollout', 'status', 'deployment/fragile', '--timeout=60s');
    await apply('crash-loop.yaml');
    const isCrashing = ({ status }: Pod): boolean => {
      const container = status.containerStatuses?.[0];
      return container?.state.waiting?.reason === 'CrashLoopBackOff' && container.lastState.terminated?.exitCode === 3;
    };
    await eventually(async () => (await pods('fragile')).some(isCrashing));
    expect(await kubectl.run('get', 'fault', 'crashing')).toMatch(/CrashLoop +Active +2\/2 pods/);
    const name = (await pods('fragile'))[0]?.metadata.name ?? '';
    await untilPrinted(() => kubectl.run('describe', 'pod', name), 'FaultInjected');
    await kubectl.run('delete', 'fault', 'crashing');
    await kubectl.run('wait', '--for=condition=Ready', 'pod', '-l', 'app=fragile', '--timeout=90s');
    await kubectl.run('delete', 'deployment', 'fragile');
  });

  it('a node runs out of memory: pressure, taint, eviction, and then no more', { timeout: 180_000 }, async () => {
    // Five minutes by default.
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'KubeletConfig', metadata: { name: 'quick' } },
      spec: { configuration: { evictionPressureTransitionPeriod: '2s' } },
    });
    await kubectl.apply(deploymentManifest('hungry', 'default', 1));
    await kubectl.run('rollout', 'status', 'deployment/hungry', '--timeout=60s');
    const node = (await pods('hungry'))[0]?.spec.nodeName ?? '';
    await kubectl.run('annotate', 'node', node, 'fleet.flotilla.dev/kubelet-config=quick');
    await kubectl.apply({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'hunger' } },
      spec: { type: 'MemoryPressure', nodeNames: [node], pressure: { available: '50Mi' } },
    });
    const hasPressure = async (): Promise<boolean> => {
      const { spec, status } = await kubectl.json<Node>('get', 'node', node);
      const isTainted = spec.taints?.some(({ key }) => key === 'node.kubernetes.io/memory-pressure') ?? false;
      const condition = status.conditions.find(({ type }) => type === 'MemoryPressure');
      return isTainted && condition?.status === 'True' && condition.reason === 'KubeletHasInsufficientMemory';
    };
    await eventually(hasPressure);
    await eventually(async () => (await pods('hungry')).some(({ status }) => status.reason === 'Evicted'));
    const evicted = (await pods('hungry')).find(({ status }) => status.reason === 'Evicted');
    expect(evicted?.status.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: 51200Ki/,
    );
    expect(evicted?.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }),
    );
    await eventually(async () => (await alive('hungry')).some(({ spec }) => spec.nodeName !== node));
    await kubectl.run('delete', 'fault', 'hunger');
    await eventually(async () => {
      const { spec, status } = await kubectl.json<Node>('get', 'node', node);
      const condition = status.conditions.find(({ type }) => type === 'MemoryPressure');
      return condition?.status === 'False' && (spec.taints ?? []).length === 0;
    });
    await kubectl.run('annotate', 'node', node, 'fleet.flotilla.dev/kubelet-config-');
    await kubectl.run('delete', 'deployment/hungry', 'kubeletconfig/quick');
  });

  it('a crashed kubelet answers nobody, and late heartbeats come late', { timeout: 120_000 }, async () => {
    await kubectl.apply(deploymentManifest('quiet', 'default', 1));
    await kubectl.run('rollout', 'status', 'deployment/quiet', '--timeout=60s');
    const [pod] = await pods('quiet');
    const { nodeName } = pod?.spec ?? { nodeName: '' };
    const name = pod?.metadata.name ?? '';
    const fault = (spec: object) => ({
      ...{ apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'quiet' } },
      spec: { nodeNames: [nodeName], ...spec },
    });
    await kubectl.apply(fault({ type: 'KubeletCrash' }));
    await eventually(async () => (await kubectl.run('get', 'fault', 'quiet')).includes('1/1 nodes'));
    await expect(kubectl.run('logs', name)).rejects.toThrow(
      new RegExp(
        `Get "https://\\S+:10250/containerLogs/default/${name}/main": dial tcp \\S+: connect: connection refused`,
      ),
    );
    await expect(kubectl.run('exec', name, '--', 'true')).rejects.toThrow('error dialing backend: dial tcp');

    await kubectl.run('delete', 'fault', 'quiet');
    await kubectl.run('exec', name, '--', 'true');
    // Three intervals of two seconds.
    await kubectl.apply(fault({ type: 'SlowHeartbeat', slowHeartbeat: { factor: 3 } }));
    const renewal = async (): Promise<number> => {
      const lease = await kubectl.json<{ spec: { renewTime: string } }>('get', 'lease', nodeName, '-n=kube-node-lease');
      return Date.parse(lease.spec.renewTime);
    };
    await eventually(async () => (await kubectl.run('get', 'fault', 'quiet')).includes('1/1 nodes'));
    const next = async (before: number): Promise<number> =>
      until(async () => {
        const now = await renewal();
        return now > before ? now : undefined;
      });
    const first = await next(await renewal());
    expect((await next(first)) - first).toBeGreaterThan(5_500);
    await kubectl.run('delete', 'fault', 'quiet');
    await kubectl.run('delete', 'deployment', 'quiet');
  });

  it('refuses what makes no sense, with the field', async () => {
    const bad = { type: 'Flood', zone: 'zone-a', durationSeconds: -1, share: '120%' };
    const manifest = { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata: { name: 'bad' }, spec: bad };
    const refusal = expect(kubectl.apply(manifest)).rejects;
    await refusal.toThrow(/spec\.type: Unsupported value: "Flood"[\s\S]*spec\.share: Invalid value: "120%"/);
  });
});
