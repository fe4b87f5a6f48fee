import { describe, expect, it } from 'vitest';
import type { Pod } from '../pod/pod-columns.ts';
import type { PodSpec } from '../pod/pod-spec.ts';
import type { PodStatus } from '../pod/pod-status.ts';
import { qosClass } from '../pod/qos-class.ts';
import { pod } from './pod.ts';

const NOW = { now: 0 };
const newPod = (spec: PodSpec = {}, status?: PodStatus): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a' },
  spec: { containers: [{ name: 'main', image: 'busybox:1' }], ...spec },
  ...(status === undefined ? {} : { status }),
});
function created(spec: PodSpec, status?: PodStatus): Pod {
  const object = newPod(spec, status);
  pod.prepareForCreate?.(object, NOW);
  pod.applyDefaults?.(object);
  return object;
}
const resources = (cpu: string, memory: string): Record<string, string> => ({ cpu, memory });
const asking = (requests: Record<string, string>, limits: Record<string, string>): PodSpec => ({
  containers: [{ resources: { requests, limits } }],
});

describe('a pod that is created', () => {
  it('is pending, whatever status was sent', () => {
    expect(created({}, { phase: 'Running', podIP: '10.0.0.1' }).status).toEqual({
      phase: 'Pending',
      qosClass: 'BestEffort',
    });
  });

  it('says when it waits for its gates', () => {
    expect(created({ schedulingGates: [{ name: 'g' }] }).status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' },
    ]);
  });

  it('gets what the admission plugins of a cluster give', () => {
    expect(created({}).spec).toMatchObject({
      ...{ serviceAccountName: 'default', serviceAccount: 'default' },
    });
  });

  it.each<[string, PodSpec, RegExp]>([
    ['ephemeral containers', { ephemeralContainers: [{ name: 'e', image: 'i' }] }, /^cannot be set on create/],
    ['a node while gated', { nodeName: 'n', schedulingGates: [{ name: 'g' }] }, /^cannot be set until all/],
  ])('may not have %s', (_name, spec, expected) => {
    const messages = pod.validateCreate?.(created(spec)).map(({ message }) => message.replace('Forbidden: ', ''));
    expect(messages).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the QoS class', () => {
  it.each<[string, PodSpec]>([
    ['BestEffort', asking({}, {})],
    ['BestEffort', asking({ 'example.com/gpu': '1' }, {})],
    ['Burstable', asking({ cpu: '1' }, {})],
    ['Burstable', asking(resources('1', '1Gi'), resources('2', '1Gi'))],
    ['Guaranteed', asking(resources('1', '1Gi'), resources('1000m', '1024Mi'))],
    ['Guaranteed', asking({}, resources('1', '1Gi'))],
    ['Burstable', { ...asking({}, resources('1', '1Gi')), initContainers: [{}] }],
  ])('%s', (expected, spec) => {
    expect(qosClass(spec)).toBe(expected);
  });
});

describe('a pod that is replaced', () => {
  it('keeps what only the server sets', () => {
    const old = created({});
    const wanted = newPod({ serviceAccountName: 'default' });
    pod.prepareForUpdate?.(wanted, old, NOW);
    pod.applyDefaults?.(wanted);
    expect(pod.validateUpdate?.(wanted, old)).toEqual([]);
  });
});

describe('the grace of a deletion', () => {
  it.each<[string, number, PodSpec, PodStatus]>([
    ['a running pod', 30, { nodeName: 'n' }, { phase: 'Running' }],
    ['a pod with its own', 5, { nodeName: 'n', terminationGracePeriodSeconds: 5 }, {}],
    ['a pod with a negative one', 1, { nodeName: 'n', terminationGracePeriodSeconds: -7 }, {}],
    ['an unbound pod', 0, {}, { phase: 'Pending' }],
    ['a pod that has succeeded', 0, { nodeName: 'n' }, { phase: 'Succeeded' }],
    ['a pod that has failed', 0, { nodeName: 'n' }, { phase: 'Failed' }],
  ])('of %s is %i s', (_name, seconds, spec, status) => {
    expect(pod.deletion?.gracePeriodSeconds?.(newPod(spec, status))).toBe(seconds);
  });
});

it('is selected by its fields', () => {
  const status = { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }] };
  const fields = pod.fields(newPod({ nodeName: 'n', restartPolicy: 'Never' }, status));
  expect(Object.keys(fields).sort()).toEqual([...pod.selectableFields].sort());
  expect(fields).toMatchObject({
    ...{ 'spec.nodeName': 'n', 'spec.restartPolicy': 'Never', 'spec.hostNetwork': 'false' },
    ...{ 'status.phase': 'Running', 'status.podIP': '10.0.0.1', 'status.nominatedNodeName': '' },
  });
});
