import { describe, expect, test } from 'vitest';
import { ManualClock, settle } from '../../test/support/manual-clock.ts';
import { nothing, SHARD, shardWorld } from '../../test/support/shard-world.ts';
import { Undecided } from '../../test/support/undecided-due-store.ts';

describe('a claim that fails', () => {
  test.each([[true], [false]])(
    'or finds it held (%s) twice, the second time after its rest, leaves what was expected then',
    async (isHeld) => {
      const { clock, due, rings, runner } = shardWorld(async () => nothing);
      if (isHeld) {
        await due.claim(SHARD, 'another', 3_600_000, 0);
      } else {
        due.failure = new Error('the database is away');
      }
      const look = () => runner.run(SHARD).catch(() => undefined);
      runner.expect(SHARD, 500);
      await look();
      await look();
      await clock.advance(20);
      expect(rings.splice(0)).toEqual([SHARD]);
      await look();
      await clock.advance(479);
      expect(rings).toEqual([]);
      await clock.advance(1);
      expect(rings).toEqual([SHARD]);
    },
  );

  test('does not take with it the ring that joined it', async () => {
    const clock = new ManualClock();
    const due = new Undecided(() => clock.monotonic());
    const { rings, runner } = shardWorld(async () => nothing, 'a', { clock, due });
    const run = runner.run(SHARD).catch((failure: unknown) => failure);
    await settle();
    expect(runner.join(SHARD)).toBe(true);
    due.finish(new Error('the database is away'));
    await run;
    await clock.advance(19);
    expect(rings).toEqual([]);
    await clock.advance(1);
    expect(rings).toEqual([SHARD]);
    await clock.advance(60_000);
    expect(rings).toEqual([SHARD]);
  });

  test('does not take with it the ring that joined before it; a run that nobody joined is left to the sweep', async () => {
    const { clock, due, rings, runner } = shardWorld(async () => {
      await clock.advance(30);
      return nothing;
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    await runner.run(SHARD);
    due.failure = new Error('the database is away');
    const run = runner.run(SHARD).catch(() => 'failed');
    expect(runner.join(SHARD)).toBe(true);
    await clock.advance(60);
    expect(await run).toBe('failed');
    await clock.advance(20);
    expect(rings.splice(0)).toEqual([SHARD]);
    expect(await runner.run(SHARD).catch(() => 'failed')).toBe('failed');
    await clock.advance(60_000);
    expect(rings).toEqual([]);
  });

  test.each([[true], [false]])(
    'or finds it held (%s) does not take with it what was expected before',
    async (isHeld) => {
      const { clock, due, rings, runner } = shardWorld(async () => {
        await clock.advance(30);
        return nothing;
      });
      await due.add([{ shard: SHARD, key: 'k' }]);
      await runner.run(SHARD);
      // It rests after its batch, and something is said to be due later.
      const run = runner.run(SHARD).catch(() => 'failed');
      runner.expect(SHARD, 500);
      if (isHeld) {
        await due.claim(SHARD, 'another', 3_600_000, 0);
      } else {
        due.failure = new Error('the database is away');
      }
      await clock.advance(60);
      expect(await run).toBe(isHeld ? undefined : 'failed');
      await clock.advance(439);
      expect(rings).toEqual([]);
      await clock.advance(1);
      expect(rings).toEqual([SHARD]);
    },
  );
});
