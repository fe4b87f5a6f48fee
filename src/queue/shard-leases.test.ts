import { describe, expect, test } from 'vitest';
import { settle } from '../../test/support/manual-clock.ts';
import { nothing, SHARD, shardWorld } from '../../test/support/shard-world.ts';
import type { BatchReconciler } from './reconciler.ts';

describe('leases', () => {
  test('a shard that another holder runs is dropped, and its holder sees what came meanwhile', async () => {
    const order: string[] = [];
    const first = shardWorld(async (keys) => {
      order.push(`a:${keys.map(({ key }) => key)}`);
      if (order.length === 1) {
        await first.due.add([{ shard: SHARD, key: 'second' }]);
        await second.runner.run(SHARD);
      }
      return nothing;
    });
    const second = shardWorld(
      async () => {
        order.push('b');
        return nothing;
      },
      'b',
      first,
    );
    await first.due.add([{ shard: SHARD, key: 'first' }]);
    await first.runner.run(SHARD);
    expect(order).toEqual(['a:first', 'a:second']);
    expect(second.runner.stats()).toMatchObject({ busy: 1, runs: 0 });
  });

  test('a long batch keeps its lease, for as long as it takes', async () => {
    const { due, runner, clock } = shardWorld(async (_, { signal }) => {
      await clock.sleep(120_000, signal);
      return nothing;
    });
    await due.add([{ shard: SHARD, key: 'k' }]);
    const run = runner.run(SHARD);
    await clock.advance(120_001);
    await run;
    expect(runner.stats()).toMatchObject({ keys: 1, cutShort: 0 });
    expect(due.dueIn(SHARD, 'k')).toBeUndefined();
  });

  test('a holder that cannot renew stops by itself before another can start', async () => {
    const spans: [string, number, number][] = [];
    const act = (name: string): BatchReconciler['reconcileBatch'] => {
      return async (_, { signal }) => {
        const from = first.clock.monotonic();
        await first.clock.sleep(100_000, signal).catch(() => undefined);
        spans.push([name, from, first.clock.monotonic()]);
        return nothing;
      };
    };
    const first = shardWorld(act('a'));
    const second = shardWorld(act('b'), 'b', first);
    await first.due.add([{ shard: SHARD, key: 'k' }]);
    const run = first.runner.run(SHARD);
    await settle();
    first.due.failure = new Error('the database is away');
    await first.clock.advance(14_999);
    await run;
    first.due.failure = undefined;
    expect(first.due.dueIn(SHARD, 'k')).toBeLessThanOrEqual(0);
    await second.runner.run(SHARD);
    expect(second.runner.stats().busy).toBe(1);
    // It is left alone for a moment, as it was found held.
    await first.clock.advance(20);
    const other = second.runner.run(SHARD);
    await first.clock.advance(101_000);
    await other;
    expect(spans.map(([name]) => name)).toEqual(['a', 'b']);
    expect(spans[0]?.[2]).toBeLessThan(spans[1]?.[1] ?? 0);
  });

  test('a worker that stops settles what it finished and keeps the rest due', async () => {
    const { due, runner, stop } = shardWorld(async () => {
      stop.abort();
      return new Map<string, object | Error>([
        ['done', {}],
        ['failed', new Error('aborted')],
      ]);
    });
    await due.add(['done', 'failed', 'untouched'].map((key) => ({ shard: SHARD, key })));
    await runner.run(SHARD);
    expect(due.dueIn(SHARD, 'done')).toBeUndefined();
    expect(due.dueIn(SHARD, 'failed')).toBe(0);
    expect(due.attemptOf(SHARD, 'failed')).toBe(0);
    expect(due.dueIn(SHARD, 'untouched')).toBe(0);
    expect(due.holderOf(SHARD)).toBe('');
  });
});
