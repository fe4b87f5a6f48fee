/** The judge of the e2e of two controllers finds what it is there for. */
import { expect, test } from 'vitest';
import { brokenPromises, type PromisedPod } from '../../test/support/pod-promises.ts';

const pod = (
  app: string,
  name: string,
  nodeName: string,
  isEnding = false,
): { type: 'ADDED'; object: PromisedPod } => ({
  type: 'ADDED',
  object: {
    metadata: {
      ...{ name, uid: name, resourceVersion: '1', labels: { app } },
      ...(isEnding ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { nodeName },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  },
});

test('one pod too many, two daemons on a node, an eviction beyond the budget', () => {
  const fine = [pod('web', 'a', 'n1'), pod('web', 'b', 'n2'), pod('agent', 'x', 'n1'), pod('agent', 'y', 'n2')];
  expect(brokenPromises(fine, 2, 2)).toEqual([]);
  expect(brokenPromises([...fine, pod('web', 'c', 'n1')], 2, 2)).toEqual(['3 pods of web when c came']);
  expect(brokenPromises([...fine, pod('agent', 'z', 'n2')], 2, 2)).toEqual(['2 agents on n2']);
  expect(brokenPromises([...fine, pod('web', 'a', 'n1', true)], 2, 2)).toEqual(['1 left when a was evicted']);
  expect(brokenPromises([...fine, pod('web', 'a', 'n1', true), pod('web', 'c', 'n1')], 2, 1)).toEqual([]);
});
