import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { World } from '../../test/support/kubelet-world.ts';

const MAIN = { name: 'main', image: 'web:1', ports: [{ containerPort: 80 }] };
const HTTP = { httpGet: { port: 80 }, periodSeconds: 1 };

const LIVES = {
  forever: { spec: {}, simulation: {}, end: /^Running \[Running\]$/ },
  looping: { spec: {}, simulation: { runMs: 700, exitCode: 1 }, end: /^Running \[(CrashLoopBackOff|Error|Running)\]$/ },
  unhealthy: {
    spec: { containers: [{ ...MAIN, livenessProbe: { ...HTTP, failureThreshold: 2 } }] },
    simulation: { probes: { liveness: { afterMs: 500 } } },
    end: /^Running \[(CrashLoopBackOff|Completed|Running)\]$/,
  },
  hooked: {
    spec: {
      containers: [{ ...MAIN, lifecycle: { postStart: { exec: { command: ['touch', '/tmp/up'] } } } }],
      initContainers: [{ ...MAIN, name: 'proxy', restartPolicy: 'Always', startupProbe: HTTP }],
    },
    simulation: {},
    end: /^Running \[Running Running\]$/,
  },
  probed: {
    spec: { containers: [{ ...MAIN, startupProbe: HTTP, readinessProbe: HTTP, livenessProbe: HTTP }] },
    simulation: { probes: { startup: { forMs: 1_500 } } },
    end: /^Running \[Running\]$/,
  },
  job: { spec: { restartPolicy: 'Never' }, simulation: { runMs: 900 }, end: /^Succeeded \[Completed\]$/ },
  staged: {
    spec: {
      initContainers: [
        { name: 'first', image: 'init:1' },
        { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
      ],
    },
    simulation: {},
    end: /^Running \[Completed Running Running\]$/,
  },
};

describe('a worker that dies at any point', () => {
  it('starts no attempt twice, skips none, and every pod gets where it was going', async () => {
    const life = fc.constantFrom(...(Object.keys(LIVES) as (keyof typeof LIVES)[]));
    const crash = fc.record({ calls: fc.nat(6), effect: fc.boolean(), afterMs: fc.nat(3_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(life, { minLength: 1, maxLength: 4 }),
        fc.array(crash, { maxLength: 8 }),
        async (lives, crashes) => {
          const world = new World();
          world.addNode('n1');
          await world.run(0);
          for (const [i, name] of lives.entries()) {
            world.addPod(`p${i}`, LIVES[name].spec, LIVES[name].simulation);
          }
          for (const { calls, effect, afterMs } of crashes) {
            world.crashIn = calls;
            world.crashAfterEffect = effect;
            await world.run(afterMs);
          }
          world.crashIn = undefined;
          await world.run(5_000);
          expect(world.states.doubles).toEqual([]);
          for (const [i, name] of lives.entries()) {
            expect(world.history.get(`p${i}`)?.at(-1)).toMatch(LIVES[name].end);
          }
          expectNoGaps(world);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('deletes what is to be deleted, and leaves nothing in the runtime', async () => {
    const crash = fc.record({ calls: fc.nat(4), effect: fc.boolean(), afterMs: fc.nat(8_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { maxLength: 6 }), fc.nat(10), async (crashes, grace) => {
        const world = new World();
        world.addNode('n1');
        const lifecycle = { preStop: { sleep: { seconds: 2 } } };
        const initContainers = [{ ...MAIN, name: 'proxy', restartPolicy: 'Always' }];
        world.addPod('web', { initContainers, containers: [{ ...MAIN, lifecycle }] }, { stopMs: 3_000 });
        await world.run(2_000);
        world.delete('pods', 'default', 'web', grace);
        for (const { calls, effect, afterMs } of crashes) {
          world.crashIn = calls;
          world.crashAfterEffect = effect;
          await world.run(afterMs);
        }
        world.crashIn = undefined;
        await world.run(25_000);
        expect(world.pod('web')).toBeUndefined();
        expect(world.states.rows.size).toBe(0);
        expect(world.states.doubles).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('two workers that both believe to have the shard', () => {
  it('start no attempt twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.nat(5), async (tickMs, lagTurns) => {
        const world = new World();
        world.addNode('n1');
        await world.run(0);
        const rival = world.rival();
        world.addPod('web', {}, { runMs: 50, exitCode: 1 });
        world.tickMs = tickMs;
        world.states.lagTurns = 3;
        const { reconcileBatch } = rival.reconciler;
        const lease = { shard: 'kubelet/0', holder: 'rival', epoch: 0 };
        for (let i = 0; i < 12; i += 1) {
          const keys = [...world.due.keys()].map((key) => ({ key, attempt: 0 }));
          const lagging = async () => {
            for (let turn = 0; turn < lagTurns; turn += 1) {
              await new Promise((resolve) => setImmediate(resolve));
            }
            await reconcileBatch(keys, { lease, signal: new AbortController().signal });
          };
          await Promise.all([world.pass(), lagging()]);
          world.now += 300;
        }
        expect(world.states.doubles).toEqual([]);
        expectNoGaps(world);
      }),
      { numRuns: 100 },
    );
  });
});

/** Attempts of a container count from 0 without a gap. */
function expectNoGaps(world: World): void {
  const attempts = new Map<string, number[]>();
  for (const key of world.states.starts.keys()) {
    const [uid, name, attempt] = key.split('/');
    attempts.set(`${uid}/${name}`, [...(attempts.get(`${uid}/${name}`) ?? []), Number(attempt)]);
  }
  for (const seen of attempts.values()) {
    expect(seen).toEqual(seen.map((_, i) => i));
  }
}
