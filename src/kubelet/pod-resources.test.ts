import { describe, expect, it } from 'vitest';
import { qosClass } from '../resources/pod/qos-class.ts';
import { podRequests } from './pod-resources.ts';

const container = (name: string, resources = {}, restartPolicy?: string) => ({
  name,
  resources,
  ...(restartPolicy === undefined ? {} : { restartPolicy }),
});

describe('podRequests', () => {
  it('takes the sum of the containers, or the greediest moment of initialisation with its sidecars', () => {
    const spec = {
      containers: [
        container('a', { requests: { cpu: '100m' } }),
        container('b', { limits: { cpu: '200m', memory: '1Gi' } }),
      ],
      initContainers: [
        container('side', { requests: { cpu: '50m' } }, 'Always'),
        container('big', { requests: { cpu: '1' } }),
      ],
      overhead: { cpu: '10m' },
    };
    expect(Object.fromEntries(podRequests(spec))).toEqual({ cpu: 1_060, memory: 2 ** 30, pods: 1 });
  });
});

it('a pod may ask as a whole: for cpu, memory and huge pages, whatever its containers do', () => {
  const spec = {
    containers: [container('a', { requests: { cpu: '100m', 'example.com/gpu': '1' } })],
    resources: { requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi', 'example.com/gpu': '9' } },
    overhead: { memory: '1Mi' },
  };
  expect(Object.fromEntries(podRequests(spec))).toEqual({
    ...{ cpu: 1_000, memory: 2 ** 30 + 2 ** 20, 'example.com/gpu': 1, pods: 1 },
  });
});

describe('qosClass', () => {
  it.each([
    ['Guaranteed', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } }],
    ['Burstable', { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } }],
    ['Burstable', { requests: { cpu: '1' } }],
    ['BestEffort', {}],
  ])('%s, of the pod as a whole', (expected, resources) => {
    const own = { requests: { cpu: '1' } };
    expect(qosClass({ resources, containers: [container('a', own), container('b')] })).toBe(expected);
  });

  it.each([
    ['BestEffort', [{}]],
    ['BestEffort', [{ requests: { cpu: '0' } }]],
    ['Burstable', [{ requests: { cpu: '1' } }]],
    ['Burstable', [{ limits: { cpu: '1', memory: '1Gi' } }, {}]],
    ['Burstable', [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }]],
    ['Guaranteed', [{ limits: { cpu: '1', memory: '1Gi' } }]],
    ['Guaranteed', [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1000m', memory: '1024Mi' } }]],
  ])('%s', (expected, resources) => {
    expect(qosClass({ containers: resources.map((each, i) => container(`c${i}`, each)) })).toBe(expected);
  });
});
