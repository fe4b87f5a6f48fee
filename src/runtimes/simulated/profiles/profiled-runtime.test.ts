import { describe, expect, it } from 'vitest';
import { MemoryStates, noVolumes } from '../../../../test/support/kubelet-world.ts';
import type { SimulationProfile, SimulationProfileSpec } from '../../../resources/fleet/simulation-profile/types.ts';
import type { ContainerSpec, PodSandboxSpec, Usage } from '../../runtime.ts';
import { createSimulatedRuntime } from '../simulated-runtime.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const NONE = new AbortController().signal;

function setup(...specs: SimulationProfileSpec[]) {
  const time = { now: START };
  const sleep = async (ms: number): Promise<void> => {
    time.now += ms;
  };
  const clock = { now: () => time.now, monotonic: () => time.now, sleep };
  const fleet = { specs };
  const profiles = {
    isEmpty: false,
    says: (about: string) => fleet.specs.some((spec) => Object.hasOwn(spec, about)),
    onNode: async () => fleet.specs.map((spec, i) => ({ metadata: { name: `p${i}` }, spec }) as SimulationProfile),
  };
  const states = new MemoryStates();
  const open = () =>
    createSimulatedRuntime({ name: 'simulated', states, volumes: noVolumes, profiles, seed: 1, clock });
  return { time, fleet, open, runtime: open() };
}

const sandbox = (uid: string, simulation: object = {}): PodSandboxSpec => ({
  ...{ uid, namespace: 'default', name: `pod-${uid}`, nodeName: 'n1', labels: { app: 'web' } },
  annotations: { 'fleet.flotilla.dev/simulation': JSON.stringify(simulation) },
  ...{ nodeAnnotations: {}, hostNetwork: false, restartPolicy: 'Always' },
});
const container = (kind: ContainerSpec['kind'] = 'main'): ContainerSpec => ({
  ...{ name: 'main', kind, image: 'web:1', command: [], args: [], env: [] },
});
const PROFILE: SimulationProfileSpec = {
  selector: { pods: { matchLabels: { app: 'web' } } },
  start: { constant: '2s' },
  readinessDelay: { constant: '3s' },
  run: { duration: { constant: '1m' }, exitCodes: [{ code: 3 }] },
  init: { duration: { constant: '7s' } },
  stop: { duration: { constant: '4s' }, exitCode: 9 },
};

describe('an attempt', () => {
  it('is as the profile says, for whoever looks', async () => {
    const { time, open, runtime } = setup(PROFILE);
    await runtime.ensurePod(sandbox('a'));
    const started = await runtime.startContainer('a', container(), 0);
    expect(started.changesAt).toBe(START + 2_000);
    time.now += 2_000;
    const unready = await open().pod('a');
    expect(unready?.containers[0]).toMatchObject({ state: { phase: 'running' }, isUnready: true });
    expect(unready?.changesAt).toBe(START + 5_000);
    time.now += 3_000;
    expect((await open().pod('a'))?.containers[0]?.isUnready).toBeUndefined();
    time.now += 57_000;
    expect((await open().pod('a'))?.containers[0]?.state).toMatchObject({ phase: 'exited', exitCode: 3 });
  });

  it('of an init container and of a sidecar has a length of its own', async () => {
    const { runtime } = setup(PROFILE);
    await Promise.all(['i', 's', 'e'].map((uid) => runtime.ensurePod(sandbox(uid))));
    const endOf = async (uid: string, kind: ContainerSpec['kind']) => {
      await runtime.startContainer(uid, container(kind), 0);
      return (await runtime.killPod(uid, 0))?.containers[0]?.state;
    };
    const init = await runtime.startContainer('i', container('init'), 0);
    expect(init.changesAt).toBe(START + 2_000);
    expect(await endOf('s', 'sidecar')).toMatchObject({ phase: 'exited', exitCode: 137 });
    expect((await runtime.startContainer('e', container('ephemeral'), 0)).changesAt).toBeLessThan(START + 2_000);
  });

  it('is as the annotation says first, and as the built-in says last', async () => {
    const { runtime } = setup({ ...PROFILE, readinessDelay: undefined } as never);
    await runtime.ensurePod(sandbox('a', { startMs: 10 }));
    expect((await runtime.startContainer('a', container(), 0)).changesAt).toBe(START + 10);
    await runtime.ensurePod({ ...sandbox('b'), labels: { app: 'other' } });
    expect((await runtime.startContainer('b', container(), 0)).changesAt).toBeLessThan(START + 200);
  });

  it('is as the profile says when it begins; one that runs stays', async () => {
    const { time, fleet, runtime } = setup(PROFILE);
    await runtime.ensurePod(sandbox('a'));
    await runtime.startContainer('a', container(), 0);
    fleet.specs = [{ start: { constant: '9s' } }];
    time.now += 62_000;
    expect((await runtime.pod('a'))?.containers[0]?.state.phase).toBe('exited');
    expect((await runtime.startContainer('a', container(), 1)).changesAt).toBe(START + 71_000);
  });

  it('draws the same for a seed, another for each attempt', async () => {
    const startOf = async (seed: number, attempt: number) => {
      const { runtime } = setup({ seed, start: { uniform: { min: '0s', max: '1h' } } });
      await runtime.ensurePod(sandbox('a'));
      return (await runtime.startContainer('a', container(), attempt)).changesAt;
    };
    expect(await startOf(1, 0)).toBe(await startOf(1, 0));
    expect(new Set(await Promise.all([startOf(1, 0), startOf(2, 0), startOf(1, 1)])).size).toBe(3);
  });

  it('ends after TERM as the profile says', async () => {
    const { time, runtime } = setup(PROFILE);
    await runtime.ensurePod(sandbox('a'));
    await runtime.startContainer('a', container(), 0);
    time.now += 10_000;
    await runtime.killPod('a', 30_000);
    time.now += 4_000;
    const ended = await runtime.pod('a');
    expect(ended?.containers[0]?.state).toMatchObject({ exitCode: 9, finishedAt: START + 14_000 });
  });
});

it('holds a readiness probe back, and says until when', async () => {
  const { time, runtime } = setup(PROFILE);
  await runtime.ensurePod(sandbox('a'));
  await runtime.startContainer('a', { ...container(), ports: [80] }, 0);
  time.now += 2_500;
  const probe = (purpose: 'readiness' | 'liveness') =>
    runtime.handlers?.run(
      {
        ...{ podUid: 'a', container: 'main', purpose, timeoutMs: 1_000, annotations: {}, nodeAnnotations: {} },
        action: { kind: 'tcpSocket', host: '10.0.0.1', port: 80 },
      },
      NONE,
    );
  expect(await probe('readiness')).toMatchObject({ success: false, holdsUntil: START + 5_000 });
  expect(await probe('liveness')).toMatchObject({ success: true });
  time.now += 2_500;
  expect(await probe('readiness')).toMatchObject({ success: true });
});

it('pulls as the profile says, and fails as often', async () => {
  const { time, fleet, runtime } = setup({ pull: { duration: { constant: '5s' }, failureRate: 1 } });
  await runtime.ensurePod(sandbox('a'));
  const pull = (image: string) => runtime.images.pull('n1', image, 'a');
  expect(await pull('web:1')).toEqual({ state: 'pulling', doneAt: START + 5_000 });
  time.now += 5_000;
  const message = 'web:1: connection reset by peer';
  expect(await runtime.images.status('n1', 'web:1')).toEqual({ state: 'failed', message });
  fleet.specs = [{ pull: { failureRate: 0.5 } }];
  const images = Array.from({ length: 200 }, (_, i) => `web:${i + 2}`);
  await Promise.all(images.map(pull));
  time.now += 5_000;
  const states = await Promise.all(images.map((image) => runtime.images.status('n1', image)));
  const failed = states.filter(({ state }) => state === 'failed').length;
  expect(failed).toBeGreaterThan(60);
  expect(failed).toBeLessThan(140);
  // A pull that failed is not bound to fail for ever.
  for (let tries = 0; tries < 20 && (await runtime.images.status('n1', 'web:1')).state === 'failed'; tries += 1) {
    await pull('web:1');
    time.now += 5_000;
  }
  expect(await runtime.images.status('n1', 'web:1')).toMatchObject({ state: 'present' });
});

it('uses what the profile says at that time, of what it says nothing as usual', async () => {
  const { fleet, runtime } = setup({ usage: { cpu: { ramp: { from: '0', to: '1', duration: '10s' } } } });
  const pod = { namespace: 'default', labels: {}, nodeName: 'n1', image: 'web:1' };
  const usage = async (at: number): Promise<Usage | undefined> =>
    runtime.stats?.usage({ podUid: 'a', container: 'main', startedAt: START, pod }, at);
  expect(await usage(START + 5_000)).toMatchObject({ cpu: 500, cpuSeconds: 1.25 });
  expect((await usage(START))?.memory).toBeGreaterThan(0);
  fleet.specs = [{ usage: { memory: { constant: '1Gi' } } }];
  expect((await usage(START))?.memory).toBe(1024 ** 3);
  fleet.specs = [];
  expect((await usage(START))?.memory).toBeLessThan(1024 ** 3);
});

it('writes the lines of the profile, filled in, to whoever follows', async () => {
  const lines = ['{{pod}} on {{node}}: {{n}}', '{{container}}#{{attempt}} at {{time}} {{other}}'];
  const { time, runtime } = setup({ start: { constant: '0s' }, logs: { interval: '1s', lines } });
  await runtime.ensurePod(sandbox('a'));
  await runtime.startContainer('a', container(), 0);
  time.now += 500;
  const ended = new AbortController();
  let text = '';
  for await (const chunk of runtime.streaming?.logs('a', 'main', { follow: true }, ended.signal) ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.split('\n').length > 3) {
      ended.abort();
    }
  }
  expect(text.split('\n').slice(0, 3)).toEqual([
    'main: started web:1 (attempt 0)',
    'pod-a on n1: 1',
    'main#0 at 2026-01-01T00:00:02.000Z {{other}}',
  ]);
});
