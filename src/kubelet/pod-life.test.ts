import { describe, expect, it } from 'vitest';
import { worldWithNode } from '../../test/support/world-with-node.ts';
import type { Pod } from './pod.ts';

const condition = (pod: Pod | undefined, type: string): string | undefined =>
  pod?.status?.conditions?.find((c) => c.type === type)?.status;

describe('the life of a pod', () => {
  it('goes through ContainerCreating to Running, with addresses, ids and conditions', async () => {
    const world = await worldWithNode();
    world.addPod('web');
    await world.run(5_000);
    const pod = world.pod('web');
    expect(world.history.get('web')).toEqual(['Pending []', 'Pending [ContainerCreating]', 'Running [Running]']);
    expect(pod?.status).toMatchObject({
      phase: 'Running',
      qosClass: 'BestEffort',
      observedGeneration: 1,
      hostIP: world.node('n1')?.status?.addresses?.[0]?.address,
      startTime: '2026-01-01T00:00:00Z',
      containerStatuses: [{ ready: true, started: true, restartCount: 0, image: 'web:1', lastState: {} }],
    });
    expect(pod?.status?.containerStatuses?.[0]?.containerID).toMatch(/^simulated:\/\/[0-9a-f]{64}$/);
    expect(pod?.status?.podIP).toMatch(/^10\./);
    for (const type of ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready']) {
      expect(condition(pod, type)).toBe('True');
    }
    expect(world.due.has(`pod/default/web/${pod?.metadata.uid}`)).toBe(false);
    expect(world.errors).toEqual([]);
  });

  it('writes a running pod no more', async () => {
    const world = await worldWithNode();
    world.addPod('web');
    await world.run(5_000);
    const version = world.pod('web')?.metadata.resourceVersion;
    await world.run(3_600_000);
    expect(world.pod('web')?.metadata.resourceVersion).toBe(version);
  });

  it('crash loops with 0, 10, 20, 40 s between the runs and starts anew after ten minutes of running', async () => {
    const world = await worldWithNode();
    world.addPod('bad', {}, { runMs: 1_000, startMs: 0, pullMs: 0, exitCode: 3 });
    await world.run(90_000);
    const starts = [...world.states.starts.values()];
    const gaps = starts.slice(1).map((at, i) => Math.round((at - (starts[i] ?? 0) - 1_000) / 1_000));
    expect(gaps.slice(0, 4)).toEqual([0, 10, 20, 40]);
    const status = world.pod('bad')?.status;
    expect(status?.phase).toBe('Running');
    expect(status?.containerStatuses?.[0]).toMatchObject({
      restartCount: 4,
      ready: false,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 3, reason: 'Error' } },
    });
    expect(status?.containerStatuses?.[0]?.state.waiting?.message).toMatch(
      /^back-off 1m20s restarting failed container=main pod=bad_default\(/,
    );
    expect(world.history.get('bad')).toContain('Running [Error]');
    expect(world.states.doubles).toEqual([]);
  });

  it.each([
    ['while it runs', {}],
    ['while its image cannot be pulled', { pullError: 'no route' }],
    ['with a slow end', { stopMs: 4_000 }],
  ])('fails over its active deadline, %s', async (_, simulation) => {
    const world = await worldWithNode();
    world.addPod('late', { activeDeadlineSeconds: 20 }, simulation);
    await world.run(19_000);
    expect(world.pod('late')?.status?.phase).not.toBe('Failed');
    await world.run(7_000);
    const status = world.pod('late')?.status;
    expect(status).toMatchObject({
      ...{ phase: 'Failed', reason: 'DeadlineExceeded' },
      message: 'Pod was active on the node longer than the specified deadline',
    });
    expect(condition(world.pod('late'), 'Ready')).toBe('False');
    await world.run(60_000);
    expect(world.pod('late')?.status).toEqual(status);
    expect(world.errors).toEqual([]);
  });

  it.each([
    ['Never', 0, 'Succeeded', 'Completed'],
    ['Never', 2, 'Failed', 'Error'],
    ['OnFailure', 0, 'Succeeded', 'Completed'],
  ])('restartPolicy %s, exit code %i: %s', async (restartPolicy, exitCode, phase, reason) => {
    const world = await worldWithNode();
    world.addPod('job', { restartPolicy }, { runMs: 2_000, exitCode });
    await world.run(60_000);
    const status = world.pod('job')?.status;
    expect(status?.phase).toBe(phase);
    expect(status?.containerStatuses?.[0]?.state.terminated).toMatchObject({ exitCode, reason });
    expect(condition(world.pod('job'), 'Ready')).toBe('False');
    const version = world.pod('job')?.metadata.resourceVersion;
    world.edit<Pod>('pods', 'default', 'job', (pod) => {
      pod.metadata.annotations = { touched: 'yes' };
    });
    await world.run(60_000);
    expect(world.pod('job')?.status).toEqual(status);
    expect(Number(world.pod('job')?.metadata.resourceVersion)).toBe(Number(version) + 1);
    expect((await world.runtime.pod(world.pod('job')?.metadata.uid ?? ''))?.sandbox).toBe('stopped');
  });

  it('runs init containers in order and a sidecar beside the main container', async () => {
    const world = await worldWithNode();
    const initContainers = [
      { name: 'first', image: 'init:1' },
      { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
      { name: 'second', image: 'init:1' },
    ];
    world.addPod('web', { initContainers });
    await world.run(30_000);
    const starts = [...world.states.starts.keys()].map((key) => key.split('/')[1]);
    expect(starts).toEqual(['first', 'proxy', 'second', 'main']);
    expect(world.history.get('web')?.at(-1)).toBe('Running [Completed Running Completed Running]');
    expect(condition(world.pod('web'), 'Ready')).toBe('True');
  });

  it('fails for good when an init container fails and nothing restarts', async () => {
    const world = await worldWithNode();
    const simulation = { containers: { setup: { exitCode: 1, runMs: 10 } } };
    world.addPod('web', { restartPolicy: 'Never', initContainers: [{ name: 'setup', image: 'init:1' }] }, simulation);
    await world.run(30_000);
    expect(world.history.get('web')?.at(-1)).toBe('Failed [Error PodInitializing]');
  });

  it('waits for readiness gates', async () => {
    const world = await worldWithNode();
    world.addPod('web', { readinessGates: [{ conditionType: 'example.com/up' }] });
    await world.run(5_000);
    expect(world.pod('web')?.status?.conditions?.find((c) => c.type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/up" does not exist.',
    });
    world.edit<Pod>('pods', 'default', 'web', (pod) => {
      pod.status?.conditions?.push({ type: 'example.com/up', status: 'True' });
    });
    await world.run(1_000);
    expect(condition(world.pod('web'), 'Ready')).toBe('True');
    expect(condition(world.pod('web'), 'example.com/up')).toBe('True');
  });

  it('says what is mounted where', async () => {
    const world = await worldWithNode();
    const readOnly = { name: 'a', mountPath: '/r', readOnly: true, subPath: 'x' };
    const volumeMounts = [
      { name: 'a', mountPath: '/w' },
      readOnly,
      { ...readOnly, mountPath: '/all', recursiveReadOnly: 'Enabled' },
      { ...readOnly, mountPath: '/perhaps', recursiveReadOnly: 'IfPossible' },
    ];
    const volumes = [{ name: 'a', emptyDir: {} }];
    world.addPod('web', { volumes, containers: [{ name: 'main', image: 'web:1', volumeMounts }] });
    await world.run(5_000);
    expect(world.pod('web')?.status?.containerStatuses?.[0]?.volumeMounts).toEqual([
      { name: 'a', mountPath: '/w' },
      { name: 'a', mountPath: '/r', readOnly: true, recursiveReadOnly: 'Disabled' },
      { name: 'a', mountPath: '/all', readOnly: true, recursiveReadOnly: 'Enabled' },
      { name: 'a', mountPath: '/perhaps', readOnly: true },
    ]);
  });

  it('names a pull that fails, backs off, and keeps trying', async () => {
    const world = await worldWithNode();
    world.addPod('web', { containers: [{ name: 'main', image: 'nope:invalid' }] });
    await world.run(30_000);
    expect(world.history.get('web')).toEqual([
      'Pending []',
      'Pending [ContainerCreating]',
      'Pending [ErrImagePull]',
      'Pending [ImagePullBackOff]',
      'Pending [ErrImagePull]',
      'Pending [ImagePullBackOff]',
    ]);
    expect(world.states.starts.size).toBe(0);
  });

  it('says which ConfigMap is missing and goes on once it is there', async () => {
    const world = await worldWithNode();
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
    world.addPod('web', { containers: [{ name: 'main', image: 'web:1', env }] });
    await world.run(5_000);
    expect(world.pod('web')?.status?.containerStatuses?.[0]?.state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    });
    const metadata = { name: 'settings', namespace: 'default' };
    world.add('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: '1' } } as never);
    await world.run(30_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
  });

  it('looks every 10 to 15 s whether what is missing is there, however long it was not', async () => {
    const world = await worldWithNode();
    const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'key', key: 'a' } } }];
    world.addPod('web', { containers: [{ name: 'main', image: 'web:1', env }] });
    await world.run(1_200_000);
    const told = (await world.events()).find((event) => event.startsWith('Failed Error: secret "key" not found'));
    const times = Number(/x(\d+)/.exec(told ?? '')?.[1]);
    expect(times).toBeGreaterThan(80);
    expect(times).toBeLessThan(122);
    world.add('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'key', namespace: 'default' },
      data: { a: 'MQ==' },
    } as never);
    await world.run(20_000);
    expect(world.pod('web')?.status?.phase).toBe('Running');
  });

  it('names an image that nobody can name so', async () => {
    const world = await worldWithNode();
    world.addPod('web', { containers: [{ name: 'main', image: 'host.io/web//a:1' }] });
    await world.run(20_000);
    const message =
      'Failed to apply default image tag "host.io/web//a:1": couldn\'t parse image name "host.io/web//a:1": invalid reference format';
    expect(world.pod('web')?.status?.containerStatuses?.[0]?.state.waiting).toEqual({
      reason: 'InvalidImageName',
      message,
    });
    expect(await world.events()).toEqual(
      expect.arrayContaining([`InspectFailed ${message} (x2)`, 'Failed Error: InvalidImageName (x2)']),
    );
  });

  it('restarts a container whose image was changed', async () => {
    const world = await worldWithNode();
    world.addPod('web');
    await world.run(5_000);
    world.edit<Pod>('pods', 'default', 'web', (pod) => {
      pod.metadata.generation = 2;
      pod.spec.containers = [{ name: 'main', image: 'web:2' }];
    });
    await world.run(60_000);
    const status = world.pod('web')?.status;
    expect(status).toMatchObject({ phase: 'Running', observedGeneration: 2 });
    expect(status?.containerStatuses?.[0]).toMatchObject({ image: 'web:2', restartCount: 1, ready: true });
    expect(world.states.doubles).toEqual([]);
  });
});
