import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../../test/support/manual-clock.ts';
import { SchedulerWorld } from '../../../../test/support/scheduler-world.ts';
import type { PodInfo } from '../../views/pod-info.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

const fleet = new SchedulerWorld();
const pod = (name: string, priority = 0, more: object = {}): PodInfo => ({
  ...fleet.newPod(name, { spec: { priority, ...more } }),
  createdAt: 0,
});
const gone = { kind: 'pod-gone', pod: pod('other') } as const;
const FIT = new Set(['NodeResourcesFit']);
const PORTS = new Set(['NodePorts']);

/** Only the fit hopes for pods that go. */
function world() {
  const clock = new ManualClock();
  const queue = new SchedulingQueue(clock, { firstMs: 1_000, maxMs: 10_000 }, ({ kind }, _, plugins) =>
    kind === 'pod-gone' ? plugins.has('NodeResourcesFit') : false,
  );
  const take = (limit = 10): string[] => queue.take(limit).map(({ name }) => name);
  return { clock, queue, take };
}

describe('the order', () => {
  test('is by priority, then by time', async () => {
    const { clock, queue, take } = world();
    queue.put({ ...pod('late'), createdAt: 2 }, true);
    queue.put({ ...pod('early'), createdAt: 1 }, true);
    queue.put({ ...pod('high', 9), createdAt: 3 }, true);
    queue.put({ ...pod('same'), createdAt: 2 }, true);
    expect(take(2)).toEqual(['high', 'early']);
    expect(take()).toEqual(['late', 'same']);
    expect(take()).toEqual([]);
    // Who failed comes after those who came before it failed.
    queue.failed(pod('early'));
    await clock.advance(2_000);
    queue.put({ ...pod('new'), createdAt: 1 }, true);
    expect(take()).toEqual(['new', 'early']);
  });
});

describe('a pod that failed', () => {
  test('waits 1 s, doubling up to 10 s', async () => {
    const { clock, queue, take } = world();
    queue.put(pod('p'), true);
    for (const seconds of [1, 2, 4, 8, 10, 10]) {
      expect(take()).toEqual(['p']);
      queue.failed(pod('p'));
      expect(queue.nextInMs()).toBe(seconds * 1_000);
      await clock.advance(seconds * 1_000 - 1);
      expect(take()).toEqual([]);
      await clock.advance(1);
    }
  });

  test('that is given back untried lost nothing', async () => {
    const { queue, take } = world();
    queue.put(pod('p'), true);
    take();
    queue.giveBack(pod('p'));
    expect(take()).toEqual(['p']);
    queue.failed(pod('p'));
    expect(queue.nextInMs()).toBe(1_000);
  });
});

describe('a pod that fits nowhere', () => {
  test('is tried again after what a plugin that refused it hopes for, not before its back-off', async () => {
    const { clock, queue, take } = world();
    queue.put(pod('p'), true);
    queue.put(pod('q'), true);
    take();
    queue.fitsNowhere(pod('p'), FIT);
    queue.fitsNowhere(pod('q'), PORTS);
    queue.happened(gone);
    expect(take()).toEqual([]);
    await clock.advance(1_000);
    expect(take()).toEqual(['p']);
    queue.fitsNowhere(pod('p'), FIT);
    await clock.advance(60_000);
    queue.happened({ kind: 'namespace' });
    expect(take()).toEqual([]);
    queue.happened(gone);
    expect(take()).toEqual(['p']);
  });

  test('is tried after 5 min in any case', async () => {
    const { clock, queue, take } = world();
    queue.put(pod('p'), true);
    take();
    queue.fitsNowhere(pod('p'), PORTS);
    await clock.advance(299_000);
    queue.happened(gone);
    expect(take()).toEqual([]);
    await clock.advance(1_000);
    expect(take()).toEqual(['p']);
    queue.fitsNowhere(pod('p'), FIT);
    queue.happened(gone);
    await clock.advance(2_000);
    expect(take()).toEqual(['p']);
  });

  test('is tried again when it asks for something else, not when only its status changed', async () => {
    const { clock, queue, take } = world();
    queue.put(pod('p'), true);
    take();
    queue.fitsNowhere(pod('p'), PORTS);
    await clock.advance(2_000);
    queue.put(pod('p'), false);
    expect(take()).toEqual([]);
    queue.put(pod('p', 0, { tolerations: [{ operator: 'Exists' }] }), true);
    expect(take()).toEqual(['p']);
  });
});

test('a gated pod is not tried until its gates are gone', () => {
  const { queue, take } = world();
  queue.put(pod('p', 0, { schedulingGates: [{ name: 'wait' }] }), true);
  queue.happened(gone);
  expect([take(), queue.nextInMs()]).toEqual([[], undefined]);
  queue.put(pod('p'), true);
  expect(take()).toEqual(['p']);
});

test('no pod is lost, none is tried twice at once, and what is dropped never comes up', async () => {
  const step = fc.record({
    do: fc.constantFrom('put', 'drop', 'take', 'fits-nowhere', 'failed', 'gone', 'give-back', 'wait'),
    at: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, queue, take } = world();
      const known = new Set<string>();
      const taken = new Set<string>();
      for (const { do: act, at } of steps) {
        const name = `p${at}`;
        if (act === 'put') {
          queue.put(pod(name), true);
          known.add(name);
        } else if (act === 'drop') {
          queue.drop(pod(name).uid);
          known.delete(name);
          taken.delete(name);
        } else if (act === 'take') {
          for (const each of take(at + 1)) {
            expect([known.has(each), taken.has(each)]).toEqual([true, false]);
            taken.add(each);
          }
        } else if (act === 'wait') {
          await clock.advance(at * 700);
        } else if (act === 'gone') {
          queue.happened(gone);
        } else if (taken.delete(name)) {
          const back = { 'fits-nowhere': () => queue.fitsNowhere(pod(name), at % 2 === 0 ? FIT : PORTS) };
          const others = { failed: () => queue.failed(pod(name)), 'give-back': () => queue.giveBack(pod(name)) };
          ({ ...back, ...others })[act as 'failed']();
        }
      }
      await clock.advance(310_000);
      expect([...take(10), ...taken].sort()).toEqual([...known].sort());
    }),
    { numRuns: 200 },
  );
});
