import { expect, test } from 'vitest';
import { podInfo } from '../../../test/support/pod-info.ts';
import type { ReplicaSet } from '../kinds/apps.ts';
import { availableIn, replicaSetStatus } from './status.ts';

test('a pod is available after minReadySeconds, and then counts', () => {
  expect(availableIn(podInfo({ ready: false }), 0, 0)).toBeUndefined();
  expect(availableIn(podInfo({ readySince: 5_000 }), 0, 6_000)).toBe(0);
  expect(availableIn(podInfo({ readySince: 5_000 }), 10, 6_000)).toBe(9_000);
  const given = {
    metadata: {},
    spec: { minReadySeconds: 10, template: { metadata: { labels: { app: 'web' } } } },
  } as unknown as ReplicaSet;
  const counted = (nowMs: number) => replicaSetStatus(given, [podInfo({ readySince: 5_000 })], undefined, nowMs);
  expect(counted(6_000)).toEqual({ replicas: 1, readyReplicas: 1, observedGeneration: 0 });
  expect(counted(15_000)).toMatchObject({ readyReplicas: 1, availableReplicas: 1 });
});
