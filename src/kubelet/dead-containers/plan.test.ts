import { expect, it } from 'vitest';
import type { RuntimePod } from '../../runtimes/runtime.ts';
import { type DeadContainerLimits, doomedContainers } from './plan.ts';

/** Attempt n ended at second n; the latest runs unless `over`. */
function pod(uid: string, runs: Record<string, number>, over = false): RuntimePod {
  const containers = Object.entries(runs).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, attempt) => ({
      ...{ name, attempt, id: `${name}${attempt}`, image: 'a', imageId: 'a' },
      state:
        attempt === count - 1 && !over
          ? ({ phase: 'running', startedAt: attempt * 1_000 } as const)
          : ({ phase: 'exited', startedAt: 0, finishedAt: attempt * 1_000, exitCode: 1, reason: 'Error' } as const),
    })),
  );
  return { uid, namespace: 'default', name: uid, nodeName: 'n', sandbox: 'ready', containers };
}
const doomed = (pods: readonly RuntimePod[], limits: Partial<DeadContainerLimits>, now = 1e6): string[] =>
  doomedContainers(pods, { perContainer: 1, minAgeMs: 0, ...limits }, now)
    .map(({ uid, name, attempt }) => `${uid}/${name}/${attempt}`)
    .sort();

it('keeps so many of each container, the newest, and the latest attempt always', () => {
  const pods = [pod('p', { a: 4, b: 1 }), pod('q', { a: 3 }, true)];
  expect(doomed(pods, {})).toEqual(['p/a/0', 'p/a/1', 'q/a/0']);
  expect(doomed(pods, { perContainer: 0 })).toEqual(['p/a/0', 'p/a/1', 'p/a/2', 'q/a/0', 'q/a/1']);
  expect(doomed(pods, { perContainer: 9 })).toEqual([]);
});

it('keeps what has not been there for long', () => {
  expect(doomed([pod('p', { a: 5 })], { minAgeMs: 60_000 }, 61_000)).toEqual(['p/a/0']);
});

it('keeps so many of a node: one of each container first, then the newest of all', () => {
  const pods = [pod('p', { a: 4, b: 2 }), pod('q', { a: 3 })];
  expect(doomed(pods, { perContainer: 9, total: 6 })).toEqual([]);
  expect(doomed(pods, { perContainer: 9, total: 3 })).toEqual(['p/a/0', 'p/a/1', 'q/a/0']);
  const one = ['p/a/0', 'p/a/1', 'p/b/0', 'q/a/0', 'q/a/1'];
  expect(doomed(pods, { perContainer: 9, total: 1 })).toEqual(one);
  expect(doomed(pods, { total: 0 })).toHaveLength(6);
});
