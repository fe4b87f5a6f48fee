import { describe, expect, it } from 'vitest';
import { World } from '../../../test/support/kubelet-world.ts';
import { silentLogger } from '../../../test/support/silent-logger.ts';
import type { Runtime, RuntimeContainer, RuntimePod } from '../../runtimes/runtime.ts';
import { collectContainers } from './collect-containers.ts';

/** The simulated runtime, as if it kept every attempt. */
function keeping(simulated: Runtime) {
  const kept = new Map<string, Map<string, RuntimeContainer>>();
  const calls = { removed: [] as string[], leftovers: 0, fails: false };
  const all = <T extends RuntimePod | undefined>(pod: T): T => {
    if (pod === undefined) {
      return pod;
    }
    const known = kept.get(pod.uid) ?? new Map<string, RuntimeContainer>();
    kept.set(pod.uid, known);
    for (const container of pod.containers) {
      const key = `${container.name}/${container.attempt}`;
      if (!calls.removed.includes(key)) {
        known.set(key, container);
      }
    }
    return { ...pod, containers: [...known.values()] };
  };
  const runtime: Runtime = {
    ...simulated,
    name: 'keeping',
    images: simulated.images,
    info: (name) => simulated.info(name),
    list: async (names) => (await simulated.list(names)).map(all),
    pod: async (uid) => all(await simulated.pod(uid)),
    ensurePod: async (spec) => all(await simulated.ensurePod(spec)),
    startContainer: async (...given) => all(await simulated.startContainer(...given)),
    stopContainer: async (...given) => all(await simulated.stopContainer(...given)),
    killPod: async (...given) => all(await simulated.killPod(...given)),
    removePod: (uid) => simulated.removePod(uid),
    events: (signal) => simulated.events(signal),
    collecting: {
      removeContainer: async (uid, name, attempt) => {
        if (calls.fails) {
          throw new Error('busy');
        }
        calls.removed.push(`${name}/${attempt}`);
        kept.get(uid)?.delete(`${name}/${attempt}`);
      },
      removeLeftovers: async () => {
        calls.leftovers += 1;
      },
    },
    close: () => simulated.close(),
  };
  return { runtime, kept, calls };
}

function crashingWorld() {
  let seen: ReturnType<typeof keeping> | undefined;
  const world = new World({}, (simulated) => {
    seen = keeping(simulated);
    return new Map([['keeping', seen.runtime]]);
  });
  world.addNode('n1', { annotations: { 'fleet.flotilla.dev/runtime': 'keeping' } });
  const crash = { runMs: 1_000, exitCode: 1 };
  return { world, crash, seen: seen as ReturnType<typeof keeping> };
}

describe('dead containers', () => {
  it('go as soon as a container is restarted, all but the one before the latest', async () => {
    const { world, crash, seen } = crashingWorld();
    await world.run(0);
    world.addPod('p', {}, crash);
    await world.run(1_500_000);
    const { restartCount = 0 } = world.pod('p')?.status?.containerStatuses?.[0] ?? {};
    expect(restartCount).toBeGreaterThan(5);
    const attempts = [...(seen.kept.get(world.pod('p')?.metadata.uid ?? '')?.keys() ?? [])];
    expect(attempts).toEqual([`main/${restartCount - 1}`, `main/${restartCount}`]);
    expect(world.pod('p')?.status?.containerStatuses?.[0]?.lastState.terminated).toBeDefined();
  });

  it('that cannot be removed hold nothing up, and are found by the next collection with what is left of others', async () => {
    const { world, crash, seen } = crashingWorld();
    await world.run(0);
    seen.calls.fails = true;
    world.addPod('p', {}, crash);
    await world.run(1_500_000);
    expect(seen.kept.get(world.pod('p')?.metadata.uid ?? '')?.size).toBeGreaterThan(5);
    seen.calls.fails = false;
    const parts = { clock: world.clock, logger: silentLogger, config: {} as never };
    await collectContainers(parts, seen.runtime);
    expect(seen.kept.get(world.pod('p')?.metadata.uid ?? '')?.size).toBe(2);
    expect(seen.calls.leftovers).toBe(1);
  });
});
