import { describe, expect, it } from 'vitest';
import { MemoryStates, noVolumes } from '../../../test/support/kubelet-world.ts';
import { until } from '../../../test/support/until.ts';
import { systemClock } from '../../timing/clock.ts';
import type { HandlerAction, HandlerCall, HandlerResult, RuntimeEvent } from '../runtime.ts';
import { createSimulatedRuntime } from './simulated-runtime.ts';

const NONE = new AbortController().signal;
const AT = { host: '10.0.0.9', port: 80 };
const HTTP: HandlerAction = { kind: 'httpGet', scheme: 'http', path: '/healthz', headers: [], ...AT };
const exec = (...command: string[]): HandlerAction => ({ kind: 'exec', command });

async function setup(ports: number[] = [80]) {
  const time = { now: Date.parse('2026-01-01T00:00:00Z') };
  const clock = { ...systemClock, now: () => time.now };
  const runtime = createSimulatedRuntime({
    name: 'simulated',
    states: new MemoryStates(),
    volumes: noVolumes,
    seed: 1,
    clock,
  });
  const pod = { uid: 'u', namespace: 'default', name: 'web', nodeName: 'n1', labels: {}, hostNetwork: false };
  const none = { annotations: {}, nodeAnnotations: {} };
  await runtime.ensurePod({ ...pod, ...none, restartPolicy: 'Always' });
  const container = { name: 'main', kind: 'main', image: 'web:1', command: [], args: [], env: [], ports } as const;
  await runtime.startContainer('u', container, 0);
  time.now += 1_000;
  const call = async (
    action: HandlerAction,
    simulation: object = {},
    more: Partial<HandlerCall> = {},
  ): Promise<HandlerResult> => {
    const annotations = { 'fleet.flotilla.dev/simulation': JSON.stringify(simulation) };
    const whole = { podUid: 'u', container: 'main', purpose: 'liveness', timeoutMs: 1_000, action, ...none } as const;
    const { handlers } = runtime;
    if (handlers === undefined) {
      throw new Error('the simulated runtime declares handlers');
    }
    return handlers.run({ ...whole, annotations, ...more }, NONE);
  };
  return { time, runtime, call };
}

const liveness = (fault: object) => ({ probes: { liveness: fault } });

describe('a probe of a simulated container', () => {
  it.each<[HandlerAction, string, string, string]>([
    [
      HTTP,
      'Get "http://10.0.0.9:80/healthz": dial tcp 10.0.0.9:80: connect: connection refused',
      'HTTP probe failed with statuscode: 500',
      'Get "http://10.0.0.9:80/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
    [
      { kind: 'tcpSocket', ...AT },
      'dial tcp 10.0.0.9:80: connect: connection refused',
      'dial tcp 10.0.0.9:80: connect: connection refused',
      'dial tcp 10.0.0.9:80: i/o timeout',
    ],
    [
      { kind: 'grpc', service: '', ...AT },
      'timeout: failed to connect service "10.0.0.9:80" within 1s: context deadline exceeded',
      'service unhealthy (responded with "NOT_SERVING")',
      'timeout: health rpc did not complete within 1s',
    ],
  ])('%j answers on a declared port, and fails in the words of the kubelet', async (action, refused, unwell, late) => {
    const { call } = await setup();
    expect(await call(action)).toEqual({ success: true, output: '', holdsUntil: Number.POSITIVE_INFINITY });
    expect(await call(action, liveness({}))).toMatchObject({ success: false, output: unwell });
    expect(await call(action, liveness({ timesOut: true }))).toMatchObject({ success: false, output: late });
    expect(await call(action, liveness({ output: 'why' }))).toMatchObject({ success: false, output: 'why' });
    expect(await (await setup([81])).call(action)).toEqual({ success: false, output: refused });
  });

  it('fails in its window and says how long each answer holds', async () => {
    const { time, runtime, call } = await setup();
    const simulation = liveness({ afterMs: 10_000, forMs: 5_000 });
    const state = (await runtime.pod('u'))?.containers[0]?.state;
    const begins = state?.phase === 'running' ? state.startedAt + 10_000 : 0;
    expect(await call(HTTP, simulation)).toEqual({ success: true, output: '', holdsUntil: begins });
    time.now = begins;
    const during = await call(HTTP, simulation);
    expect(during).toMatchObject({ success: false, holdsUntil: time.now + 5_000 });
    time.now += 5_000;
    expect(await call(HTTP, simulation)).toEqual({ success: true, output: '', holdsUntil: Number.POSITIVE_INFINITY });
  });

  it('fails for a share of the times, the same in every run', async () => {
    const results = async (): Promise<boolean[]> => {
      const { time, call } = await setup();
      const answers: boolean[] = [];
      for (let i = 0; i < 200; i += 1) {
        time.now += 1_000;
        const { success, holdsUntil } = await call(HTTP, liveness({ rate: 0.3 }));
        expect(holdsUntil).toBeUndefined();
        answers.push(success);
      }
      return answers;
    };
    const first = await results();
    const failures = first.filter((success) => !success).length;
    expect(failures).toBeGreaterThan(30);
    expect(failures).toBeLessThan(90);
    expect(await results()).toEqual(first);
  });

  it('runs a command, tells what it printed, and ends it at the time-out', async () => {
    const { call } = await setup();
    expect(await call(exec('sh', '-c', 'echo out; echo err >&2; exit 3'))).toMatchObject({
      ...{ success: false, output: 'out\nerr\n', holdsUntil: Number.POSITIVE_INFINITY },
    });
    expect(await call(exec('cat', '/tmp/healthy'))).toMatchObject({
      output: 'cat: /tmp/healthy: No such file or directory\n',
    });
    expect(await call(exec('sleep', '60'), {}, { timeoutMs: 50 })).toEqual({
      ...{ success: false, output: 'command timed out: "sleep 60" timed out after 0.05s' },
    });
    expect((await call(exec('sh', '-c', 'while true; do echo x; done'), {}, { timeoutMs: 50 })).success).toBe(false);
  });

  it('sees the files that others have changed, and has its pod looked at when somebody may', async () => {
    const { runtime, call } = await setup();
    const told: RuntimeEvent[] = [];
    const stop = new AbortController();
    const listening = (async () => {
      for await (const event of runtime.events(stop.signal)) {
        told.push(event);
      }
    })();
    expect((await call(exec('cat', '/tmp/healthy'))).holdsUntil).toBe(Number.POSITIVE_INFINITY);
    expect(told).toEqual([]);
    expect(await call(exec('touch', '/tmp/healthy'), {}, { purpose: 'postStart' })).toEqual({
      success: true,
      output: '',
    });
    await until(() => told.length === 1);
    expect(told).toEqual([{ podUid: 'u', namespace: 'default', name: 'web', nodeName: 'n1' }]);
    expect(await call(exec('cat', '/tmp/healthy'))).toEqual({ success: true, output: '' });
    stop.abort();
    await listening;
  });

  it('cannot be run in a container that is gone, nor by settings that cannot be read', async () => {
    const { call } = await setup();
    await expect(call(HTTP, {}, { container: 'other' })).rejects.toMatchObject({ code: 'NotFound' });
    await expect(call(HTTP, liveness({ afterMs: -1 }))).rejects.toThrow(/probes\.liveness\.afterMs: must be a number/);
    await expect(call(HTTP, { probes: { lively: {} } })).rejects.toThrow(/probes\.lively: unknown field/);
  });
});

describe('a hook of a simulated container', () => {
  it('takes its time, fails when told to, and is cut off at its time-out', async () => {
    const { call } = await setup();
    const hook = { purpose: 'preStop' as const };
    expect(await call(exec('true'), { hooks: { preStop: { takesMs: 20 } } }, hook)).toMatchObject({ success: true });
    expect(await call(exec('true'), { hooks: { preStop: { fails: true } } }, hook)).toMatchObject({ success: false });
    const late = await call(exec('true'), { hooks: { preStop: { takesMs: 9_000 } } }, { ...hook, timeoutMs: 20 });
    expect(late).toEqual({ success: false, output: 'command timed out: "true" timed out after 0.02s' });
  });
});
