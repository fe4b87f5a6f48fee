import { expect, it } from 'vitest';
import { oomScoreAdj } from './oom-score.ts';
import type { Container, Pod } from './pod.ts';

const node = { status: { capacity: { memory: '10Gi' } } };
const asking = (memory: string, limits?: object): Container => ({
  name: 'main',
  resources: { requests: { memory }, ...(limits && { limits: limits as Record<string, string> }) },
});
const podOf = (spec: object): Pod =>
  ({ metadata: { name: 'web', namespace: 'default', uid: 'u' }, spec: { containers: [], ...spec } }) as unknown as Pod;
const fixed = { cpu: '1', memory: '1Gi' };

it.each([
  ['guaranteed', { name: 'main', resources: { requests: fixed, limits: fixed } }, {}, -997],
  ['best effort', { name: 'main' }, {}, 1_000],
  ['burstable, of a tenth', asking('1Gi'), {}, 900],
  ['burstable, of all', asking('10Gi'), {}, 3],
  ['burstable, of hardly anything', asking('1'), {}, 999],
  [
    'critical for the node',
    { name: 'main' },
    { priority: 2_000_001_000, priorityClassName: 'system-node-critical' },
    -997,
  ],
  [
    'critical for the cluster',
    { name: 'main' },
    { priority: 2e9, priorityClassName: 'system-cluster-critical' },
    1_000,
  ],
])('a container that is %s', (_, container, more, expected) => {
  expect(oomScoreAdj(container, 'main', podOf({ containers: [container], ...more }), node)).toBe(expected);
});

it('a sidecar is killed no sooner than those beside it', () => {
  const sidecar = asking('1Gi');
  const pod = podOf({ containers: [asking('5Gi')], initContainers: [{ ...sidecar, restartPolicy: 'Always' }] });
  expect(oomScoreAdj(sidecar, 'sidecar', pod, node)).toBe(500);
  expect(oomScoreAdj(sidecar, 'init', pod, node)).toBe(900);
});
