import { describe, expect, it } from 'vitest';
import { container, START, sandbox, setup } from '../../../test/support/simulated-fixture.ts';
import type { PodSandboxSpec } from '../runtime.ts';

describe('containers', () => {
  it('live as decided at their start, whoever looks', async () => {
    const { time, open, runtime } = setup();
    await runtime.ensurePod(sandbox('a', { startMs: 100, runMs: 1_000, exitCode: 7 }));
    const started = await runtime.startContainer('a', container(), 0);
    expect(started.containers[0]?.state).toEqual({ phase: 'created' });
    expect(started.changesAt).toBe(START + 100);
    time.now += 100;
    expect((await open().pod('a'))?.containers[0]?.state).toEqual({ phase: 'running', startedAt: START + 100 });
    time.now += 1_000;
    const after = await open().pod('a');
    expect(after?.containers[0]?.state).toEqual({
      ...{ phase: 'exited', startedAt: START + 100, finishedAt: START + 1_100, exitCode: 7, reason: 'Error' },
    });
    expect(after?.changesAt).toBeUndefined();
  });

  it('are adopted, not started again', async () => {
    const { time, open, runtime, states } = setup();
    await runtime.ensurePod(sandbox('a'));
    const first = await runtime.startContainer('a', container(), 0);
    time.now += 5_000;
    const again = await open().startContainer('a', container(), 0);
    expect(again.containers).toHaveLength(1);
    expect(again.containers[0]?.id).toBe(first.containers[0]?.id);
    expect(states.doubles).toEqual([]);
    const next = await runtime.startContainer('a', container(), 1);
    expect(next.containers.map(({ attempt }) => attempt)).toEqual([0, 1]);
    const third = await runtime.startContainer('a', container(), 2);
    expect(third.containers.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('are the same for a seed and differ between seeds', async () => {
    const startOf = async (seed: number) => {
      const { runtime } = setup(seed);
      await runtime.ensurePod(sandbox('a'));
      return (await runtime.startContainer('a', container(), 0)).changesAt;
    };
    expect(await startOf(5)).toBe(await startOf(5));
    const starts = await Promise.all([1, 2, 3, 4].map(startOf));
    expect(new Set(starts).size).toBeGreaterThan(1);
    for (const at of starts) {
      expect(at).toBeGreaterThanOrEqual(START + 50);
      expect(at).toBeLessThanOrEqual(START + 150);
    }
  });

  it('fail at the given rate', async () => {
    const { time, runtime } = setup();
    const uids = Array.from({ length: 400 }, (_, i) => `p${i}`);
    await Promise.all(uids.map((uid) => runtime.ensurePod(sandbox(uid, { failureRate: 0.25, runMs: 10 }))));
    await Promise.all(uids.map((uid) => runtime.startContainer(uid, container(), 0)));
    time.now += 60_000;
    const pods = await runtime.list(['n1']);
    const failed = pods.filter(({ containers: [c] }) => c?.state.phase === 'exited' && c.state.exitCode === 1).length;
    expect(failed).toBeGreaterThan(60);
    expect(failed).toBeLessThan(140);
  });

  it('end on TERM, or are killed at the end of the grace', async () => {
    const { time, runtime } = setup();
    await runtime.ensurePod(sandbox('a', { startMs: 0, stopMs: 5_000 }));
    await runtime.startContainer('a', container(), 0);
    time.now += 1_000;
    await runtime.killPod('a', 30_000);
    const shorter = await runtime.killPod('a', 2_000);
    expect(shorter?.changesAt).toBe(time.now + 2_000);
    expect((await runtime.killPod('a', 60_000))?.changesAt).toBe(time.now + 2_000);
    time.now += 2_000;
    expect(await runtime.pod('a')).toMatchObject({ sandbox: 'stopped', containers: [{ state: { exitCode: 137 } }] });
    await expect(runtime.startContainer('a', container(), 1)).rejects.toThrow('stopped');
    await runtime.removePod('a');
    await runtime.removePod('a');
    expect(await runtime.pod('a')).toBeUndefined();
    expect(await runtime.killPod('a', 0)).toBeUndefined();
  });

  it.each([
    ['Always', {}, 0],
    ['Never', {}, 143],
    ['OnFailure', {}, 143],
    ['Never', { stopExitCode: 0 }, 0],
    ['Always', { stopExitCode: 5 }, 5],
    ['Never', { stopMs: 60_000 }, 137],
  ])('restarted %s and with %o end on TERM with %i', async (restartPolicy, settings, exitCode) => {
    const { time, runtime } = setup();
    await runtime.ensurePod(sandbox('a', settings, { restartPolicy }));
    await runtime.startContainer('a', container(), 0);
    time.now += 1_000;
    await runtime.killPod('a', 30_000);
    time.now += 30_000;
    expect((await runtime.pod('a'))?.containers[0]?.state).toMatchObject({ phase: 'exited', exitCode });
  });

  const OF_JOB = { restartPolicy: 'Never', labels: { 'batch.kubernetes.io/job-name': 'j' } };

  it.each<[string, string[], Partial<PodSandboxSpec>, object, object]>([
    ['ends as its command says', ['sh', '-c', 'sleep 2; exit 3'], { restartPolicy: 'Never' }, {}, { exitCode: 3 }],
    ['of a job ends by itself', [], OF_JOB, {}, { exitCode: 0 }],
    ['of a job runs while its command does', ['sleep', 'infinity'], OF_JOB, {}, { phase: 'running' }],
    ['of a server runs for ever', ['false'], {}, {}, { phase: 'running' }],
    ['does what is set', ['false'], OF_JOB, { runMs: 10, exitCode: 9 }, { exitCode: 9 }],
  ])('one %s', async (_, command, extra, settings, state) => {
    const { time, runtime } = setup();
    await runtime.ensurePod(sandbox('a', settings, extra));
    await runtime.startContainer('a', { ...container(), command }, 0);
    time.now += 60_000;
    expect((await runtime.pod('a'))?.containers[0]?.state).toMatchObject(state);
  });

  it('need a sandbox', async () => {
    await expect(setup().runtime.startContainer('x', container(), 0)).rejects.toMatchObject({ code: 'NotFound' });
  });

  it.each([
    ['{', 'not JSON'],
    ['[]', 'must be an object'],
    ['{"runMs":"1"}', 'runMs: must be a number'],
    ['{"jitter":2}', 'jitter: must be a number from 0 to 1'],
    ['{"speed":1}', 'speed: unknown field'],
    ['{"logs":{"everyMs":1}}', 'logs.everyMs'],
    ['{"containers":{"a":{"containers":{}}}}', 'containers.a.containers: unknown field'],
  ])('refuse the settings %s', async (settings, why) => {
    const { runtime, states } = setup();
    await expect(runtime.ensurePod(sandbox('a', settings))).rejects.toThrow(why);
    expect(states.rows.size).toBe(0);
  });

  it('take the settings of their node where the pod has none', async () => {
    const { runtime } = setup();
    const nodeAnnotations = { 'fleet.flotilla.dev/simulation': '{"startMs":9000}' };
    await runtime.ensurePod(sandbox('a', undefined, { nodeAnnotations }));
    expect((await runtime.startContainer('a', container(), 0)).changesAt).toBe(START + 9_000);
    await runtime.ensurePod(sandbox('b', { startMs: 5 }, { nodeAnnotations }));
    expect((await runtime.startContainer('b', container(), 0)).changesAt).toBe(START + 5);
  });
});

describe('batches', () => {
  it('make 1,000 pods with a load and a save each way', async () => {
    const { runtime, states } = setup();
    const uids = Array.from({ length: 1_000 }, (_, i) => `p${i}`);
    await Promise.all(uids.map((uid) => runtime.ensurePod(sandbox(uid))));
    await Promise.all(uids.map((uid) => runtime.startContainer(uid, container(), 0)));
    expect([states.loads, states.saves]).toEqual([3, 2]);
    expect(states.rows.size).toBe(1_000);
  });

  it('tell every caller when the store fails, and go on afterwards', async () => {
    const { runtime, states } = setup();
    states.failing = new Error('gone');
    const results = await Promise.allSettled([runtime.pod('a'), runtime.ensurePod(sandbox('b'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    states.failing = undefined;
    expect((await runtime.ensurePod(sandbox('b'))).sandbox).toBe('ready');
  });
});

describe('images', () => {
  it('are pulled once a node, and known again after a restart by what used them', async () => {
    const { time, open, runtime } = setup();
    await runtime.ensurePod(sandbox('a', { pullMs: 300 }));
    expect(await runtime.images.status('n1', 'web:1')).toEqual({ state: 'absent' });
    expect(await runtime.images.pull('n1', 'web:1', 'a')).toEqual({ state: 'pulling', doneAt: START + 300 });
    time.now += 100;
    expect(await runtime.images.pull('n1', 'web:1', 'a')).toEqual({ state: 'pulling', doneAt: START + 300 });
    time.now += 200;
    expect(await runtime.images.status('n1', 'web:1')).toMatchObject({ state: 'present', pulledInMs: 300 });
    expect(await runtime.images.status('n2', 'web:1')).toEqual({ state: 'absent' });
    await runtime.startContainer('a', container(), 0);
    expect(await open().images.status('n1', 'web:1')).toMatchObject({ state: 'present' });
    expect(await open().images.list('n1')).toMatchObject([{ image: 'web:1' }]);
    await runtime.images.remove('n1', 'web:1');
    expect(await runtime.images.status('n1', 'web:1')).toEqual({ state: 'absent' });
  });

  it.each([
    ['nope:invalid', {}, 'nope:invalid: not found'],
    ['web:1', { pullError: 'no route' }, 'no route'],
  ])('fail: %s', async (image, settings, message) => {
    const { time, runtime } = setup();
    await runtime.ensurePod(sandbox('a', { pullMs: 10, ...settings }));
    await runtime.images.pull('n1', image, 'a');
    time.now += 10;
    expect(await runtime.images.status('n1', image)).toEqual({ state: 'failed', message });
    expect((await runtime.images.pull('n1', image, 'a')).state).toBe('pulling');
  });
});

describe('addresses', () => {
  it('come from the podCIDR, each once a node', async () => {
    const { runtime } = setup();
    const uids = Array.from({ length: 100 }, (_, i) => `p${i}`);
    const pods = await Promise.all(
      uids.map((uid) => runtime.ensurePod(sandbox(uid, undefined, { podCIDR: '10.4.7.0/24' }))),
    );
    const addresses = pods.flatMap(({ podIPs = [] }) => podIPs);
    expect(new Set(addresses).size).toBe(100);
    expect(addresses.every((address) => /^10\.4\.7\.\d+$/.test(address))).toBe(true);
    expect((await runtime.ensurePod(sandbox('p0'))).podIPs).toEqual([addresses[0]]);
  });
  it('are not taken from a bad podCIDR, nor given on the host network', async () => {
    const { runtime } = setup();
    expect((await runtime.ensurePod(sandbox('a', undefined, { podCIDR: 'fd00::/64' }))).podIPs?.[0]).toMatch(/^10\./);
    expect((await runtime.ensurePod(sandbox('b', undefined, { hostNetwork: true }))).podIPs).toBeUndefined();
  });
});
