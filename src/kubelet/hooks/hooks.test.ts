import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { until } from '../../../test/support/until.ts';
import type { Container, Handler, Pod } from '../pod.ts';

const exec = (...command: string[]) => ({ exec: { command } });
const QUICK = { pullMs: 0, startMs: 0, stopMs: 100 };

async function worldWith(container: Partial<Container>, simulation: object = {}, spec: Partial<Pod['spec']> = {}) {
  const world = new World();
  world.addNode('n1');
  await world.run(0);
  const containers = [{ name: 'main', image: 'web:1', ports: [{ containerPort: 80 }], ...container }];
  world.addPod('web', { containers, ...spec }, { ...QUICK, ...simulation });
  return world;
}
const status = (world: World) => world.pod('web')?.status;
const main = (world: World) => status(world)?.containerStatuses?.[0];

describe('postStart', () => {
  it('goes before Running, and what it leaves is there for the probes', async () => {
    const readinessProbe = exec('cat', '/tmp/up');
    const world = await worldWith({ lifecycle: { postStart: exec('touch', '/tmp/up') }, readinessProbe });
    await world.run(2_000);
    expect(main(world)).toMatchObject({ ready: true, restartCount: 0 });
  });

  it('keeps the container from being reported and the next one from being started, as long as it takes', async () => {
    const lifecycle = { postStart: { sleep: { seconds: 20 } } };
    const world = await worldWith(
      {},
      {},
      {
        containers: [
          { name: 'a', image: 'a:1', lifecycle },
          { name: 'b', image: 'b:1' },
        ],
      },
    );
    await world.run(19_000);
    expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating ContainerCreating]');
    expect([...world.states.starts.keys()].map((key) => key.split('/')[1])).toEqual(['a']);
    await world.run(2_000);
    expect(world.history.get('web')?.at(-1)).toBe('Running [Running Running]');
  });

  it('kills the container when it fails, which then backs off', async () => {
    const world = await worldWith({ lifecycle: { postStart: exec('sh', '-c', 'echo no; exit 3') } });
    await world.run(60_000);
    expect(world.history.get('web')?.slice(0, 5)).toEqual([
      'Pending []',
      'Pending [ContainerCreating]',
      'Running [PostStartHookError]',
      'Running [ContainerCreating]',
      'Running [CrashLoopBackOff]',
    ]);
    expect(main(world)).toMatchObject({ state: { waiting: { reason: 'CrashLoopBackOff' } }, ready: false });
    const events = await world.events();
    expect(events.find((event) => event.startsWith('FailedPostStartHook'))).toMatch(
      /^FailedPostStartHook PostStartHook failed \(x\d\)$/,
    );
    expect(events.find((event) => event.startsWith('Killing'))).toMatch(/^Killing FailedPostStartHook \(x\d\)$/);
    expect(world.states.doubles).toEqual([]);
  });

  it('says why it failed while the container waits for its restart', async () => {
    const world = await worldWith({ lifecycle: { postStart: exec('sh', '-c', 'echo no; exit 3') } });
    let message: string | undefined;
    for (let pass = 0; pass < 50 && message === undefined; pass += 1) {
      world.now = Math.max(world.now, Math.min(...world.due.values()));
      await world.pass();
      const waiting = main(world)?.state.waiting;
      message = waiting?.reason === 'PostStartHookError' ? waiting.message : undefined;
    }
    expect(message).toBe(
      `Exec lifecycle hook ([sh -c echo no; exit 3]) for Container "main" in Pod "web_default(${world.pod('web')?.metadata.uid})" ` +
        `failed - error: command 'sh -c echo no; exit 3' exited with 3: no\n, message: "no\\n"`,
    );
  });

  it.each<[string, Handler]>([
    ['the kubelet runs none by TCP', { tcpSocket: { port: 80 } }],
    ['nothing listens', { httpGet: { port: 81 } }],
  ])('fails: %s', async (_, postStart) => {
    const world = await worldWith({ lifecycle: { postStart } });
    await world.run(10_000);
    expect(await world.events()).toContainEqual(expect.stringMatching(/^FailedPostStartHook/));
  });

  it('that is slow holds up nothing but its pod, and is run once', async () => {
    const world = await worldWith(
      { lifecycle: { postStart: exec('true') } },
      { hooks: { postStart: { takesMs: 9_000 } } },
    );
    await world.run(500);
    expect(world.history.get('web')?.at(-1)).toBe('Pending [ContainerCreating]');
    await until(async () => {
      await world.run(10);
      return status(world)?.phase === 'Running';
    });
    expect(main(world)?.restartCount).toBe(0);
  });
});

describe('preStop', () => {
  const seconds = (world: World, from: number) => Math.round((world.now - from) / 1_000);

  async function timeToEnd(world: World, grace: number): Promise<number> {
    await world.run(5_000);
    const from = world.now;
    world.delete('pods', 'default', 'web', grace);
    while (world.pod('web') !== undefined) {
      await world.run(100);
    }
    return seconds(world, from);
  }

  it.each([
    ['goes before TERM', 10, 100, 30, 10],
    ['counts against the grace period', 10, 60_000, 30, 30],
    ['leaves two seconds when it takes all of it', 60, 60_000, 20, 22],
  ])('%s', async (_, sleep, stopMs, grace, expected) => {
    const world = await worldWith({ lifecycle: { preStop: { sleep: { seconds: sleep } } } }, { stopMs });
    expect(await timeToEnd(world, grace)).toBe(expected);
  });

  it('that fails is told of, and the container is stopped all the same', async () => {
    const world = await worldWith({ lifecycle: { preStop: exec('false') } });
    expect(await timeToEnd(world, 30)).toBeLessThan(3);
    const events = await world.events();
    expect(events.filter((event) => /Killing|PreStop/.test(event))).toEqual([
      'Killing Stopping container main',
      'FailedPreStopHook PreStopHook failed',
    ]);
  });

  it('is run for a container that a probe has given up, within the probe’s own grace', async () => {
    const livenessProbe = { httpGet: { port: 80 }, failureThreshold: 1, terminationGracePeriodSeconds: 5 };
    const lifecycle = { preStop: { sleep: { seconds: 60 } } };
    const world = await worldWith({ livenessProbe, lifecycle }, { probes: { liveness: { attempts: 1 } } });
    await world.run(4_500);
    expect(main(world)?.restartCount).toBe(0);
    await world.run(3_000);
    expect(main(world)?.restartCount).toBe(1);
  });

  it('is not run for a container that has ended', async () => {
    const world = await worldWith(
      { lifecycle: { preStop: { sleep: { seconds: 20 } } } },
      { runMs: 1_000 },
      { restartPolicy: 'Never' },
    );
    expect(await timeToEnd(world, 30)).toBeLessThan(2);
  });
});

describe('stopSignal', () => {
  it('is what the runtime sends', async () => {
    const world = await worldWith({ lifecycle: { stopSignal: 'SIGKILL' } }, { stopMs: 20_000 });
    await world.run(5_000);
    expect(main(world)?.stopSignal).toBe('SIGKILL');
    world.delete('pods', 'default', 'web', 30);
    await world.run(1_000);
    expect(world.pod('web')).toBeUndefined();
  });
});
