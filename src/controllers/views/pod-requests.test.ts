import { expect, test } from 'vitest';
import type { PodSpec } from '../kinds/pod.ts';
import { podRequests } from './pod-requests.ts';

const container = (cpu: string, more: object = {}) => ({ name: 'c', resources: { requests: { cpu } }, ...more });
const sidecar = (cpu: string) => container(cpu, { restartPolicy: 'Always' });

test.each<[string, PodSpec, object]>([
  ['containers add up', { containers: [container('1'), container('500m')] }, { cpu: 1_500 }],
  ['a limit stands in', { containers: [{ name: 'c', resources: { limits: { memory: '1Gi' } } }] }, { memory: 2 ** 30 }],
  [
    'the greediest init container',
    { containers: [container('1')], initContainers: [container('3'), container('2')] },
    { cpu: 3_000 },
  ],
  [
    'a sidecar runs beside them',
    { containers: [container('1')], initContainers: [sidecar('1'), container('3')] },
    { cpu: 4_000 },
  ],
  [
    'sidecars add to the main ones',
    { containers: [container('2')], initContainers: [container('1'), sidecar('1')] },
    { cpu: 3_000 },
  ],
  ['overhead comes on top', { containers: [container('1')], overhead: { cpu: '250m' } }, { cpu: 1_250 }],
  ['nothing asked', { containers: [] }, {}],
])('%s', (_, spec, wanted) => {
  expect(podRequests(spec)).toEqual({ ...wanted, pods: 1 });
});
