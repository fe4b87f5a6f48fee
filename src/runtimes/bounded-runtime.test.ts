import { describe, expect, it } from 'vitest';
import { MemoryStates, noVolumes } from '../../test/support/kubelet-world.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../../test/support/silent-logger.ts';
import { boundedRuntime } from './bounded-runtime.ts';
import { type Runtime, RuntimeError } from './runtime.ts';
import { createSimulatedRuntime } from './simulated/simulated-runtime.ts';

const never = (): Promise<never> => new Promise(() => undefined);
const clock = new ManualClock();
const working = createSimulatedRuntime({
  ...{ name: 'mine', states: new MemoryStates(), volumes: noVolumes, seed: 1, clock, logger: silentLogger },
});

it.each([
  ['info', 10, (runtime: Runtime) => runtime.info('n1')],
  ['list', 30, (runtime: Runtime) => runtime.list()],
  ['startContainer', 30, (runtime: Runtime) => runtime.startContainer('uid', {} as never, 0)],
  ['removePod', 30, (runtime: Runtime) => runtime.removePod('uid')],
  ['images.pull', 30, (runtime: Runtime) => runtime.images.pull('n1', 'image', 'uid')],
])('%s of a runtime that hangs fails after %i s', async (what, seconds, call) => {
  const images = { status: never, pull: never, list: never, remove: never };
  const hanging = { ...working, info: never, list: never, startContainer: never, removePod: never, images };
  const outcome = call(boundedRuntime(hanging, clock)).catch((error: unknown) => error);
  await clock.advance(seconds * 1_000 + 1);
  const error = await outcome;
  expect(error).toBeInstanceOf(RuntimeError);
  expect(error).toMatchObject({
    code: 'Unavailable',
    message: `runtime "mine" did not answer ${what} within ${seconds} s`,
  });
});

it('answers and failures come through as they are', async () => {
  expect(await boundedRuntime(working, clock).info('n1')).toMatchObject({ name: 'mine', ready: true });
  const failing = { ...working, pod: () => Promise.reject(new RuntimeError('NotFound', 'gone')) };
  await expect(boundedRuntime(failing, clock).pod('x')).rejects.toMatchObject({ code: 'NotFound', message: 'gone' });
});

it('usage that is refused was not asked for', async () => {
  let asked = 0;
  const usage = (): Promise<never> => {
    asked += 1;
    return never();
  };
  const { stats } = boundedRuntime({ ...working, stats: { usage } }, clock);
  const ask = async (): Promise<unknown> => stats?.usage({} as never, 0);
  const first = ask().catch((error: Error) => error.message);
  await clock.advance(10_001);
  expect(await first).toContain('did not answer stats.usage within 10 s');
  await expect(ask()).rejects.toThrow('did not answer stats.usage');
  expect(asked).toBe(1);
});

it('a method that has hung is tried by one caller for a moment, and trusted again once it answers', async () => {
  let answer: () => void = () => undefined;
  let calls = 0;
  const list = (): Promise<never[]> => {
    calls += 1;
    return new Promise((resolve) => {
      answer = () => resolve([]);
    });
  };
  const bounded = boundedRuntime({ ...working, list }, clock);
  const failure = (): Promise<unknown> => bounded.list().catch((error: Error) => error.message);
  const first = failure();
  await clock.advance(30_001);
  const message = 'runtime "mine" did not answer list within 30 s';
  expect([await first, await failure(), await failure(), calls]).toEqual([message, message, message, 1]);
  await clock.advance(10_000);
  const trial = failure();
  expect([await failure(), calls]).toEqual([message, 2]);
  await clock.advance(1_001);
  expect(await trial).toContain('within 1 s');
  expect(await bounded.pod('x')).toBeUndefined();
  answer();
  await clock.advance(0);
  const next = bounded.list();
  answer();
  expect([await next, calls]).toEqual([[], 3]);
});

describe('a pod that hangs', () => {
  const hangsFor = (isStuck: (uid: string) => boolean) => {
    const asked: string[] = [];
    const pod = (uid: string): Promise<undefined> => {
      asked.push(uid);
      return isStuck(uid) ? never() : Promise.resolve(undefined);
    };
    const bounded = boundedRuntime({ ...working, pod }, clock);
    const ask = (uid: string): Promise<unknown> =>
      bounded.pod(uid).then(
        () => 'answered',
        (error: Error) => error.message,
      );
    return { ask, asked };
  };
  const refused = 'runtime "mine" did not answer pod within 10 s';

  it('is refused alone, and tried ever more seldom', async () => {
    const { ask, asked } = hangsFor((uid) => uid === 'stuck');
    const first = ask('stuck');
    await clock.advance(10_001);
    expect([await first, await ask('stuck'), await ask('other')]).toEqual([refused, refused, 'answered']);
    for (let seconds = 0; seconds < 60; seconds += 1) {
      const again = ask('stuck');
      await clock.advance(1_001);
      expect(await again).toContain('did not answer pod within');
    }
    // After 10, 20 and 40 s, each from the end of the trial before.
    expect(asked.filter((uid) => uid === 'stuck').length).toBe(3);
    expect(await ask('other')).toBe('answered');
  });

  it('with many others means the runtime: nobody is let through but one now and then, until one is answered', async () => {
    let isStuck = true;
    const { ask, asked } = hangsFor(() => isStuck);
    const uids = Array.from({ length: 8 }, (_, at) => `p${at}`);
    const all = Promise.all(uids.map(ask));
    await clock.advance(10_001);
    expect(await all).toEqual(uids.map(() => refused));
    expect([await ask('new'), asked.length]).toEqual([refused, 8]);
    await clock.advance(10_000);
    isStuck = false;
    expect(await Promise.all([ask('p0'), ask('p1'), ask('new')])).toEqual(['answered', refused, refused]);
    expect(await ask('new')).toBe('answered');
    expect(await Promise.all(uids.map(ask))).toEqual(uids.map(() => 'answered'));
  });

  it('and is gone then, or was one of few among many that are answered, is no sign of the runtime', async () => {
    const { ask } = hangsFor((uid) => uid.startsWith('stuck'));
    const hang = async (uid: string): Promise<void> => {
      const outcome = ask(uid);
      await clock.advance(10_001);
      expect(await outcome).toBe(refused);
    };
    for (let at = 0; at < 7; at += 1) {
      await hang(`stuck-and-deleted-${at}`);
    }
    // Nobody asked anything meanwhile.
    await clock.advance(320_000);
    await hang('stuck-late');
    expect(await ask('healthy')).toBe('answered');
    for (let at = 0; at < 20; at += 1) {
      await hang(`stuck-now-and-then-${at}`);
      expect(await ask('healthy')).toBe('answered');
    }
  });
});
