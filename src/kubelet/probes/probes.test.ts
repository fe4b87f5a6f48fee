import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import type { Runtime } from '../../runtimes/runtime.ts';
import type { Container, Pod } from '../pod.ts';

const PORTS = [{ name: 'web', containerPort: 80 }];
const HTTP = { httpGet: { port: 80, path: '/healthz', scheme: 'HTTP' } };

async function worldWith(container: Partial<Container>, simulation: object = {}, spec: Partial<Pod['spec']> = {}) {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  const containers = [{ name: 'main', image: 'web:1', ports: PORTS, ...container }];
  world.addPod('web', { containers, ...spec }, { pullMs: 0, startMs: 0, ...simulation });
  return world;
}

const status = (world: World) => world.pod('web')?.status;
const main = (world: World) => status(world)?.containerStatuses?.[0];
const isReady = (world: World) => status(world)?.conditions?.find(({ type }) => type === 'Ready')?.status;

describe('readiness', () => {
  it.each([
    ['httpGet', HTTP],
    ['a named port', { httpGet: { port: 'web', scheme: 'HTTPS' } }],
    ['tcpSocket', { tcpSocket: { port: 80 } }],
    ['grpc', { grpc: { port: 80 } }],
    ['exec', { exec: { command: ['sh', '-c', 'test -d /tmp'] } }],
    ['a program of the image', { exec: { command: ['pg_isready', '-U', 'postgres'] } }],
  ])('succeeds by %s, with the status that tells of the start', async (_, readinessProbe) => {
    const world = await worldWith({ readinessProbe });
    await world.run(5_000);
    expect(world.history.get('web')).toEqual(['Pending []', 'Pending [ContainerCreating]', 'Running [Running]']);
    expect(main(world)).toMatchObject({ ready: true, started: true });
    expect(isReady(world)).toBe('True');
  });

  it('waits for its delay and for its successes', async () => {
    const readinessProbe = { ...HTTP, initialDelaySeconds: 5, periodSeconds: 2, successThreshold: 3 };
    const world = await worldWith({ readinessProbe });
    await world.run(8_900);
    expect(main(world)).toMatchObject({ ready: false, started: true });
    expect(status(world)?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
    await world.run(200);
    expect(isReady(world)).toBe('True');
  });

  it('is lost after three failures and found again, and the container lives', async () => {
    const simulation = { probes: { readiness: { afterMs: 30_000, forMs: 60_000 } } };
    const world = await worldWith({ readinessProbe: HTTP }, simulation);
    await world.run(49_000);
    expect(isReady(world)).toBe('True');
    await world.run(2_000);
    expect(isReady(world)).toBe('False');
    await world.run(40_000);
    expect(isReady(world)).toBe('True');
    expect(main(world)?.restartCount).toBe(0);
    expect(await world.events()).toContain(
      'Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 500 (x6)',
    );
  });

  it('goes on while the pod ends, and liveness does not', async () => {
    const probe = { ...HTTP, periodSeconds: 1, failureThreshold: 1 };
    const failing = { afterMs: 10_000 };
    const simulation = { stopMs: 20_000, probes: { readiness: failing, liveness: failing } };
    const world = await worldWith({ readinessProbe: probe, livenessProbe: probe }, simulation);
    await world.run(5_000);
    world.delete('pods', 'default', 'web', 30);
    await world.run(10_000);
    expect(world.history.get('web')?.at(-1)).toBe('Running [Running] terminating');
    expect(isReady(world)).toBe('False');
    const events = await world.events();
    expect(events).toContain('Killing Stopping container main');
    expect(events.filter((event) => event.includes('Liveness'))).toEqual([]);
  });
});

describe('liveness', () => {
  it('kills after its failures, restarts, and backs off when that does not help', async () => {
    const livenessProbe = { ...HTTP, periodSeconds: 5, failureThreshold: 2 };
    const world = await worldWith({ livenessProbe }, { probes: { liveness: { afterMs: 10_000, attempts: 2 } } });
    await world.run(14_000);
    expect(main(world)?.restartCount).toBe(0);
    await world.run(2_000);
    expect(main(world)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 0 } } });
    await world.run(16_000);
    expect(main(world)?.state.waiting?.reason).toBe('CrashLoopBackOff');
    await world.run(3_600_000);
    expect(main(world)).toMatchObject({ restartCount: 2, ready: true });
    expect(world.states.doubles).toEqual([]);
    const events = await world.events();
    expect(events).toContain('Killing Container main failed liveness probe, will be restarted (x2)');
    expect(events).toContain('Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 500 (x4)');
  });

  it('ends the pod when nothing restarts', async () => {
    const world = await worldWith(
      { livenessProbe: HTTP },
      { probes: { liveness: {} }, stopMs: 60_000 },
      { restartPolicy: 'Never' },
    );
    await world.run(60_000);
    expect(status(world)).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137 } } }],
    });
    expect(await world.events()).toContain('Killing Container main failed liveness probe');
  });

  it('gives its own grace period to what it kills', async () => {
    const livenessProbe = { ...HTTP, failureThreshold: 1, terminationGracePeriodSeconds: 5 };
    const world = await worldWith({ livenessProbe }, { probes: { liveness: {} }, stopMs: 60_000 });
    await world.run(4_900);
    expect(main(world)?.restartCount).toBe(0);
    await world.run(300);
    expect(main(world)).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 137 } } });
  });
});

describe('startup', () => {
  it('holds the other probes and the status back until it has succeeded', async () => {
    const startupProbe = { ...HTTP, periodSeconds: 1, failureThreshold: 30 };
    const others = { livenessProbe: { ...HTTP, failureThreshold: 1 }, readinessProbe: HTTP };
    const simulation = { probes: { startup: { forMs: 10_000 }, liveness: { forMs: 9_000 } } };
    const world = await worldWith({ startupProbe, ...others }, simulation);
    await world.run(9_500);
    expect(main(world)).toMatchObject({ started: false, ready: false, restartCount: 0 });
    await world.run(1_000);
    expect(main(world)).toMatchObject({ started: true, ready: true, restartCount: 0 });
    await world.run(100_000);
    expect(main(world)).toMatchObject({ started: true, ready: true, restartCount: 0 });
  });

  it('kills when it never succeeds', async () => {
    const startupProbe = { tcpSocket: { port: 81 }, failureThreshold: 2, periodSeconds: 1 };
    const world = await worldWith({ startupProbe });
    await world.run(3_000);
    expect(main(world)?.restartCount).toBeGreaterThan(0);
    const events = await world.events();
    const ip = status(world)?.podIP;
    expect(events).toContain('Killing Container main failed startup probe, will be restarted (x2)');
    expect(events.join('\n')).toContain(`Startup probe failed: dial tcp ${ip}:81: connect: connection refused`);
  });

  it('of a sidecar holds back what comes after it', async () => {
    const startupProbe = { ...HTTP, periodSeconds: 1, failureThreshold: 30 };
    const proxy = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always', ports: PORTS, startupProbe };
    const world = await worldWith(
      {},
      { containers: { proxy: { probes: { startup: { forMs: 5_000 } } } } },
      { initContainers: [proxy] },
    );
    await world.run(4_000);
    expect(status(world)?.phase).toBe('Pending');
    expect(main(world)?.state.waiting?.reason).toBe('PodInitializing');
    await world.run(2_000);
    expect(world.history.get('web')?.at(-1)).toBe('Running [Running Running]');
  });
});

describe('probes that cannot be run', () => {
  it('are told of and decide nothing', async () => {
    const world = await worldWith({ livenessProbe: { httpGet: { port: 'nosuch' }, periodSeconds: 1 } });
    await world.run(60_000);
    expect(main(world)).toMatchObject({ ready: true, restartCount: 0 });
    const told =
      'Unhealthy Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "nosuch": invalid syntax';
    expect((await world.events()).find((event) => event.startsWith(told))).toMatch(/\(x(59|60|61)\)$/);
  });
});

describe('what probes cost', () => {
  it('nothing once their result cannot change', async () => {
    const world = await worldWith({
      livenessProbe: HTTP,
      readinessProbe: { exec: { command: ['true'] } },
      startupProbe: HTTP,
    });
    await world.run(5_000);
    const [{ loads, saves }, version] = [world.states, world.pod('web')?.metadata.resourceVersion];
    expect([...world.due.keys()].filter((key) => key.startsWith('pod/'))).toEqual([]);
    await world.run(3_600_000);
    expect(world.pod('web')?.metadata.resourceVersion).toBe(version);
    expect(world.states.saves).toBe(saves);
    expect(world.states.loads - loads).toBeLessThan(30);
  });

  it('no write while a result does not change anything', async () => {
    const world = await worldWith(
      { livenessProbe: { ...HTTP, failureThreshold: 1_000 } },
      { probes: { liveness: {} } },
    );
    await world.run(5_000);
    const [{ saves }, version] = [world.states, world.pod('web')?.metadata.resourceVersion];
    await world.run(100_000);
    expect(world.pod('web')?.metadata.resourceVersion).toBe(version);
    expect(world.states.saves).toBe(saves);
  });

  it('a change of the annotations has them run again', async () => {
    const world = await worldWith({ livenessProbe: { ...HTTP, periodSeconds: 1 } });
    await world.run(60_000);
    world.edit<Pod>('pods', 'default', 'web', ({ metadata }) => {
      metadata.annotations = { 'fleet.flotilla.dev/simulation': '{"probes": {"liveness": {"attempts": 1}}}' };
    });
    await world.run(5_000);
    expect(main(world)?.restartCount).toBe(1);
  });
});

it('a success that is worth a warning is told, and stays a success', async () => {
  const output = 'Probe terminated redirects, Response body: go';
  const run = async () => ({ success: true, isWarning: true, output });
  const world = new World({}, (simulated) => {
    const runtime: Runtime = Object.assign(Object.create(simulated), { handlers: { run } });
    return new Map([['simulated', runtime]]);
  });
  world.addNode('n1');
  world.addPod('web', {
    containers: [{ name: 'main', image: 'web:1', readinessProbe: { ...HTTP, periodSeconds: 10 } }],
  });
  await world.run(30_000);
  expect(isReady(world)).toBe('True');
  expect((await world.events()).find((event) => event.startsWith('ProbeWarning'))).toContain(
    `ProbeWarning Readiness probe warning: ${output}`,
  );
});
