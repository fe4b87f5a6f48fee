import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';
import type { Runtime, RuntimePod } from '../runtimes/runtime.ts';
import type { PodSpec } from './pod.ts';

/** The simulated runtime as one whose sandboxes can die beneath their containers, as a pause container can. */
class Sandboxes {
  isLost = false;
  remadeAt: number | undefined;
  made = 0;

  over(simulated: Runtime, now: () => number): Runtime {
    const seen = (pod: RuntimePod): RuntimePod => ({
      ...pod,
      ...(this.isLost ? { sandbox: 'stopped' as const } : {}),
      ...(this.remadeAt === undefined || this.isLost ? {} : { remadeAt: this.remadeAt }),
    });
    return Object.assign(Object.create(simulated), {
      pod: async (uid: string) => {
        const pod = await simulated.pod(uid);
        return pod && seen(pod);
      },
      ensurePod: async (spec: Parameters<Runtime['ensurePod']>[0]) => {
        this.made += 1;
        if (this.isLost) {
          this.isLost = false;
          this.remadeAt = now();
        }
        return seen(await simulated.ensurePod(spec));
      },
    });
  }
}

async function worldWith(spec: Partial<PodSpec>, simulation = {}) {
  const sandboxes = new Sandboxes();
  const world = new World({}, (simulated, clock) => {
    const runtime = sandboxes.over(simulated, () => clock.now());
    return new Map([['simulated', runtime]]);
  });
  world.addNode('n1');
  world.addPod('web', spec, simulation);
  await world.run(30_000);
  return { world, sandboxes };
}

const init = { name: 'init', image: 'i:1' };
const SIMULATED = { containers: { init: { runMs: 1_000, exitCode: 0 } } };
const lose = async ({ world, sandboxes }: Awaited<ReturnType<typeof worldWith>>) => {
  sandboxes.isLost = true;
  const uid = world.pod('web')?.metadata.uid ?? '';
  world.due.set(`pod/default/web/${uid}`, world.now);
  await world.run(120_000);
};

describe('a sandbox that is gone while containers live on', () => {
  it('has them all stopped, and the pod begins anew with its init containers', async () => {
    const given = await worldWith(
      { initContainers: [init, { ...init, name: 'second' }] },
      {
        containers: { init: { runMs: 1_000, exitCode: 0 }, second: { runMs: 1_000, exitCode: 0 } },
      },
    );
    expect(given.world.pod('web')?.status?.phase).toBe('Running');
    await lose(given);
    const { world, sandboxes } = given;
    const { status } = world.pod('web') ?? {};
    expect(sandboxes.made).toBe(2);
    expect(status?.phase).toBe('Running');
    expect(status?.initContainerStatuses?.map(({ restartCount }) => restartCount)).toEqual([1, 1]);
    expect(status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
    const [first = '', second = '', main = ''] = ['init', 'second', 'main'].map(
      (name) =>
        [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
          (one) => one.name === name,
        )?.state[name === 'main' ? 'running' : 'terminated']?.startedAt ?? '',
    );
    expect(first < second && second < main).toBe(true);
    const events = await world.events();
    expect(events).toContain('SandboxChanged Pod sandbox changed, it will be killed and re-created.');
    expect(events).toContain('Killing Stopping container main');
    expect(world.states.doubles).toEqual([]);
  });

  it('ends a pod that is not to be restarted', async () => {
    const given = await worldWith({ restartPolicy: 'Never', initContainers: [init] }, SIMULATED);
    await lose(given);
    expect(given.sandboxes.made).toBe(1);
    expect(['Failed', 'Succeeded']).toContain(given.world.pod('web')?.status?.phase);
  });
});
