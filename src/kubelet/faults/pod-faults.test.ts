import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Fault } from '../../resources/fleet/fault.ts';
import { FAULTS } from './fault-view.ts';

let world: World;
const http = { path: '/', port: 80 };

function addPod(name: string, container: object = {}): void {
  const ports = [{ containerPort: 80 }];
  world.addPod(name, { containers: [{ name: 'c', image: 'a:1', ports, ...container }] });
}
/** As the fault controller does: its pods are looked at when a fault comes and goes. */
function wake(): void {
  for (const { metadata } of world.all('pods')) {
    world.due.set(`pod/default/${metadata.name}/${metadata.uid}`, world.now);
  }
}
function inject(spec: object, name = 'f'): void {
  const metadata = { name, creationTimestamp: new Date(world.now).toISOString() };
  world.add(FAULTS, { apiVersion: 'fleet.flotilla.dev/v1alpha1', kind: 'Fault', metadata, spec });
  wake();
}
function heal(): void {
  world.delete(FAULTS, '', 'f', 0);
  wake();
}
const container = (name = 'p') => world.pod(name)?.status?.containerStatuses?.[0];

beforeEach(async () => {
  world = new World();
  world.addNode('n1');
  await world.run(0);
});

describe('a fault of pods', () => {
  it('CrashLoop ends containers with its code after they ran so long, over and over, until it is gone', async () => {
    addPod('p');
    await world.run(5_000);
    inject({ type: 'CrashLoop', podNames: ['p'], crash: { exitCode: 3, runSeconds: 2 } });
    await world.run(1_000);
    expect(container()?.lastState.terminated ?? container()?.state.terminated).toMatchObject({
      ...{ exitCode: 3, reason: 'Error' },
    });
    await world.run(60_000);
    expect(container()?.restartCount).toBeGreaterThan(1);
    expect(world.history.get('p')).toContain('Running [CrashLoopBackOff]');
    heal();
    await world.run(300_000);
    const { restartCount } = container() ?? {};
    await world.run(300_000);
    expect(container()).toMatchObject({ restartCount, ready: true });
    expect(world.states.doubles).toEqual([]);
  });

  it('OOMKill ends them with 137', async () => {
    addPod('p');
    inject({ type: 'OOMKill', podSelector: {}, crash: { runSeconds: 1 }, durationSeconds: 10 });
    await world.run(5_000);
    expect(container()?.lastState.terminated ?? container()?.state.terminated).toMatchObject({
      ...{ exitCode: 137, reason: 'OOMKilled' },
    });
    await world.run(60_000);
    expect(container()?.ready).toBe(true);
  });

  it('spares init containers, and others than those it names', async () => {
    const images = { image: 'a:1' };
    world.addPod('p', {
      initContainers: [{ name: 'init', ...images }],
      containers: [
        { name: 'c', ...images },
        { name: 'd', ...images },
      ],
    });
    inject({ type: 'CrashLoop', podNames: ['p'], containers: ['d'] });
    await world.run(60_000);
    const restarts = world
      .pod('p')
      ?.status?.containerStatuses?.map(({ name, restartCount }) => [name, restartCount > 0]);
    expect(restarts).toEqual([
      ['c', false],
      ['d', true],
    ]);
    expect(world.pod('p')?.status?.initContainerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('means pods that come later, of its namespace and labels alone', async () => {
    inject({ type: 'CrashLoop', namespace: 'other' });
    inject({ type: 'CrashLoop', podSelector: { matchLabels: { app: 'none' } } }, 'g');
    addPod('p');
    await world.run(60_000);
    expect(container()).toMatchObject({ ready: true, restartCount: 0 });
  });

  it('ImagePullError fails pulls, with back-off, and not what is there', async () => {
    addPod('p');
    await world.run(5_000);
    inject({ type: 'ImagePullError', nodeNames: ['n1'], imagePull: { message: 'the registry is down' } });
    addPod('has');
    addPod('wants', { image: 'b:2' });
    await world.run(5_000);
    expect(container('has')?.ready).toBe(true);
    expect(container('wants')?.state.waiting).toMatchObject({ reason: 'ImagePullBackOff' });
    expect(container('wants')?.state.waiting?.message).toContain('the registry is down');
    expect(world.history.get('wants')).toContain('Pending [ErrImagePull]');
    heal();
    await world.run(60_000);
    expect(container('wants')?.ready).toBe(true);
  });

  it('ProbeFailure fails the probes that it names, at once although their result was known', async () => {
    addPod('p', { readinessProbe: { httpGet: http, periodSeconds: 2, failureThreshold: 2 } });
    addPod('q', { livenessProbe: { httpGet: http, periodSeconds: 2, failureThreshold: 2 } });
    await world.run(60_000);
    expect(container()?.ready).toBe(true);
    inject({ type: 'ProbeFailure', podSelector: {}, probe: { types: ['Readiness'] } });
    await world.run(10_000);
    expect(container()).toMatchObject({ ready: false, restartCount: 0 });
    expect(container('q')).toMatchObject({ ready: true, restartCount: 0 });
    heal();
    await world.run(5_000);
    expect(container()?.ready).toBe(true);
    inject({ type: 'ProbeFailure', podNames: ['q'], probe: { message: 'no' }, durationSeconds: 20 });
    await world.run(20_000);
    expect(container('q')?.restartCount).toBeGreaterThan(0);
    await world.run(120_000);
    expect(container('q')?.ready).toBe(true);
    expect(await world.events()).toContainEqual(expect.stringContaining('Unhealthy Liveness probe failed: no'));
  });

  it('SlowStart holds every start back for so long, through a restart of the worker', async () => {
    inject({ type: 'SlowStart', podNames: ['p'], slowStart: { delaySeconds: 30 } });
    addPod('p');
    await world.run(20_000);
    world.restart();
    await world.run(9_000);
    expect(container()?.state.waiting?.reason).toBe('ContainerCreating');
    await world.run(5_000);
    expect(container()?.state.running).toBeDefined();
  });

  it('says on itself what a runtime cannot do, also when the first write fails, and once on the pod', async () => {
    Object.assign(world.runtime, { breaking: undefined });
    world.failModifies = 1;
    addPod('p');
    addPod('q');
    inject({ type: 'CrashLoop', podNames: ['p', 'q'] });
    await world.run(5_000);
    wake();
    await world.run(30_000);
    expect(world.errors.map(({ message }) => message)).toContain('the write failed');
    expect((await world.events()).filter((line) => line.startsWith('FaultNotSupported'))).toEqual(
      Array(2).fill(
        'FaultNotSupported Fault f (CrashLoop): The runtime "simulated" cannot end containers in a chosen way',
      ),
    );
    expect(container()).toMatchObject({ ready: true, restartCount: 0 });
    expect((world.all(FAULTS)[0] as Fault).status?.conditions).toMatchObject([
      {
        ...{ type: 'Supported', status: 'False', reason: 'RuntimeCannot' },
        message: expect.stringMatching(
          /^The runtime "simulated" cannot end containers in a chosen way: pod default\/[pq] goes on$/,
        ),
      },
    ]);
  });
});
