/** Work that is due later: nobody looks before its time, and it is not forgotten by who looks meanwhile. */
import { describe, expect, test } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import { MemoryDueStore } from '../../test/support/memory-due-store.ts';
import { nothing, SHARD, shardWorld } from '../../test/support/shard-world.ts';
import { Undecided } from '../../test/support/undecided-due-store.ts';
import { AlarmClock } from './alarm-clock.ts';

describe('an alarm', () => {
  const world = () => {
    const clock = new ManualClock();
    const rung: number[] = [];
    const alarms = new AlarmClock(clock, () => rung.push(clock.monotonic()));
    return { clock, rung, alarms };
  };

  test('is brought forward, never put off', async () => {
    const { clock, rung, alarms } = world();
    alarms.bringForward(SHARD, 100);
    alarms.bringForward(SHARD, 200);
    alarms.bringForward(SHARD, 50);
    await clock.advance(1_000);
    expect(rung).toEqual([50]);
    alarms.bringForward(SHARD, 10);
    await clock.advance(1_000);
    expect(rung).toHaveLength(2);
  });

  test('that lies beyond what sweeps see does not take the place of one', async () => {
    const { clock, rung, alarms } = world();
    alarms.bringForward(SHARD, 1_000);
    alarms.bringForward(SHARD, 3_600_000);
    await clock.advance(3_600_000);
    expect(rung).toEqual([1_000]);
  });
});

describe('a shard in which something is expected', () => {
  test('is run once, at its time', async () => {
    const { clock, rings, runner } = shardWorld(async () => nothing);
    runner.expect(SHARD, 100);
    runner.expect(SHARD, 150);
    await clock.advance(99);
    expect(rings).toEqual([]);
    await clock.advance(1_000);
    expect(rings).toEqual([SHARD]);
  });

  /** What is written between a run's last look and its end. */
  class LateWrite extends MemoryDueStore {
    afterLook: (() => Promise<void>) | undefined;

    override async settle(...args: Parameters<MemoryDueStore['settle']>): Promise<number | undefined> {
      const next = await super.settle(...args);
      await this.afterLook?.();
      return next;
    }
  }

  test('is not forgotten by a run that looked before it was written', async () => {
    const clock = new ManualClock();
    const due = new LateWrite(() => clock.monotonic());
    const { rings, runner } = shardWorld(async () => nothing, 'a', { clock, due });
    due.afterLook = async () => {
      due.afterLook = undefined;
      await due.add([{ shard: SHARD, key: 'late', afterMs: 100 }]);
      runner.expect(SHARD, 100);
    };
    await due.add([{ shard: SHARD, key: 'k' }]);
    await runner.run(SHARD);
    expect(due.dueIn(SHARD, 'late')).toBe(100);
    await clock.advance(99);
    expect(rings).toEqual([]);
    await clock.advance(1);
    expect(rings).toEqual([SHARD]);
  });

  test.each([[undefined], [new Error('the database is away')]])(
    'is not forgotten by a claim that ends in %s',
    async (error) => {
      const clock = new ManualClock();
      const due = new Undecided(() => clock.monotonic());
      const { rings, runner } = shardWorld(async () => nothing, 'a', { clock, due });
      const run = runner.run(SHARD).catch((failure: unknown) => failure);
      await settle();
      runner.expect(SHARD, 100);
      due.finish(error);
      expect(await run).toBe(error);
      await clock.advance(99);
      expect(rings).toEqual([]);
      await clock.advance(1);
      expect(rings).toEqual([SHARD]);
    },
  );

  test('keeps what is due sooner', async () => {
    const { clock, due, rings, runner } = shardWorld(async () => {
      runner.expect(SHARD, 500);
      return new Map([['k', { requeueAfterMs: 200 }]]);
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    await runner.run(SHARD);
    await settle();
    await clock.advance(200);
    expect(rings).toEqual([SHARD]);
  });
});

describe('a shard that another holds', () => {
  const held = async () => {
    const world = shardWorld(async () => nothing);
    await world.due.claim(SHARD, 'another', 3_600_000, 0);
    return world;
  };

  test('is looked at a few times for 200 rings', async () => {
    const { clock, runner } = await held();
    for (let ring = 0; ring < 200; ring += 1) {
      void runner.run(SHARD);
      await clock.advance(1);
    }
    expect(runner.stats().busy).toBeGreaterThan(1);
    expect(runner.stats().busy).toBeLessThan(8);
  });

  test('is rung again when its rest is over, for which no run waits', async () => {
    const { clock, rings, runner } = await held();
    await runner.run(SHARD);
    await runner.run(SHARD);
    expect(runner.join(SHARD)).toBe(true);
    expect([runner.size, runner.stats().busy]).toEqual([0, 1]);
    await clock.advance(19);
    expect(rings).toEqual([]);
    await clock.advance(1);
    expect(rings).toEqual([SHARD]);
  });

  test('is rung for when the worker stops in its rest, once', async () => {
    const { clock, rings, runner, stop } = await held();
    await runner.run(SHARD);
    expect(runner.join(SHARD)).toBe(true);
    expect(runner.join(SHARD)).toBe(true);
    stop.abort();
    expect(rings).toEqual([SHARD]);
    await clock.advance(60_000);
    expect(rings).toEqual([SHARD]);
  });

  test('is not looked at for ever when nobody rings', async () => {
    const { clock, rings, runner } = await held();
    const looks = async (ms: number): Promise<number> => {
      const before = runner.stats().busy;
      for (let passed = 0; passed < ms; passed += 1) {
        await clock.advance(1);
        for (const shard of rings.splice(0)) {
          await runner.run(shard);
        }
      }
      return runner.stats().busy - before;
    };
    for (let ring = 0; ring < 20; ring += 1) {
      await runner.run(SHARD);
      expect(await looks(100)).toBeLessThanOrEqual(3);
    }
    expect(runner.stats().busy).toBeLessThan(15);
    expect(await looks(200)).toBeLessThanOrEqual(1);
    expect(await looks(2_000)).toBe(0);
  });
});
