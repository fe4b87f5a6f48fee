import { expect, it } from 'vitest';
import { MemoryDueStore } from '../../test/support/memory-due-store.ts';
import { kubeletShard } from '../queue/shards.ts';
import { wakeKubelets } from './wake-kubelets.ts';

const SHARD = kubeletShard('any', 1);

it.each([
  ['first', [10, 300, 200]],
  ['in the middle', [300, 10, 200]],
  ['last', [300, 200, 10]],
])('rings a shard once, for its node that is due first, also when that comes %s', async (_, times) => {
  const due = new MemoryDueStore(() => 0);
  const rings: [shard: string, afterMs: number | undefined][] = [];
  const wake = wakeKubelets(1, due, { ring: (shard, afterMs) => rings.push([shard, afterMs]) });
  await wake(times.map((afterMs) => ({ nodeName: `in-${afterMs}`, afterMs })));
  expect(rings).toEqual([[SHARD, 10]]);
  expect(times.map((ms) => due.dueIn(SHARD, `node/in-${ms}`))).toEqual(times);
});

it('rings at once where one of a shard is due at once', async () => {
  const rings: [shard: string, afterMs: number | undefined][] = [];
  const wake = wakeKubelets(1, undefined, { ring: (shard, afterMs) => rings.push([shard, afterMs]) });
  await wake([{ nodeName: 'a' }, { nodeName: 'b', afterMs: 100 }]);
  expect(rings).toEqual([[SHARD, 0]]);
});
