import { describe, expect, it } from 'vitest';
import { StartupError, UsageError } from '../errors.ts';
import { readConfig } from './read-config.ts';
import type { ConfigFlags } from './read-setting.ts';

const kubeletFile = {
  path: 'kubelet.yaml',
  text: 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPods: 30\nclusterDomain: from.file\n',
};
const read = (flags: ConfigFlags) => readConfig({ flags, kubeletFile }).kubelet;
function refusal(flags: ConfigFlags): Error {
  try {
    read(flags);
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a refusal');
}

describe('the kubelet’s flags', () => {
  it('come before the file, in the forms that they have there', () => {
    const { configuration, flags, nodeLabels } = read({
      'kubelet.maxPods': '40',
      'kubelet.kubeReserved': 'cpu=500m,memory=1Gi',
      'kubelet.evictionHard': 'memory.available<500Mi,nodefs.available<10%',
      'kubelet.evictionSoft': 'memory.available<1Gi',
      'kubelet.evictionSoftGracePeriod': 'memory.available=1m30s',
      'kubelet.registerWithTaints': 'dedicated=gpu:NoSchedule,new:NoExecute',
      'kubelet.registerNode': 'false',
      'kubelet.clusterDNS': '10.0.0.10,10.0.0.11',
      'kubelet.nodeStatusMaxImages': '-1',
      'kubelet.evictionPressureTransitionPeriod': '1m',
      'kubelet.nodeStatusUpdateFrequency': '20s',
      'kubelet.nodeLabels': 'disk=ssd,node.kubernetes.io/kind=b,empty=',
    });
    const given = {
      maxPods: 40,
      kubeReserved: { cpu: '500m', memory: '1Gi' },
      evictionHard: { 'memory.available': '500Mi', 'nodefs.available': '10%' },
      evictionSoft: { 'memory.available': '1Gi' },
      evictionSoftGracePeriod: { 'memory.available': '1m30s' },
      registerWithTaints: [
        { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' },
        { key: 'new', effect: 'NoExecute' },
      ],
      registerNode: false,
      clusterDNS: ['10.0.0.10', '10.0.0.11'],
      nodeStatusMaxImages: -1,
      evictionPressureTransitionPeriod: '1m',
      nodeStatusUpdateFrequency: '20s',
    };
    expect(flags).toEqual(given);
    expect(configuration).toMatchObject({ ...given, clusterDomain: 'from.file' });
    expect(nodeLabels).toEqual({ disk: 'ssd', 'node.kubernetes.io/kind': 'b', empty: '' });
  });

  it('may be maps and lists in our own file, and nothing at all', () => {
    const text = 'kubelet: { maxPods: 9, evictionHard: {}, nodeLabels: { a: b }, allowedUnsafeSysctls: [kernel.msg*] }';
    const { configuration, nodeLabels } = readConfig({ file: { path: 'f', text } }).kubelet;
    expect(configuration).toMatchObject({ maxPods: 9, evictionHard: {}, allowedUnsafeSysctls: ['kernel.msg*'] });
    expect(nodeLabels).toEqual({ a: 'b' });
    expect(read({ 'kubelet.evictionHard': '' }).configuration.evictionHard).toEqual({});
  });

  it.each([
    ['kubelet.maxPods', 'many', 'kubelet.maxPods (--max-pods): "many" is not allowed; use a whole number'],
    ['kubelet.kubeReserved', 'cpu', 'kubelet.kubeReserved (--kube-reserved): "cpu" is not allowed; use pairs like'],
    ['kubelet.systemReserved', 'cpu=x', 'kubelet.systemReserved (--system-reserved): "cpu=x" is not allowed'],
    ['kubelet.registerWithTaints', 'a=b', 'kubelet.registerWithTaints (--register-with-taints): "a=b" is not allowed'],
    ['kubelet.registerNode', 'no', 'kubelet.registerNode (--register-node): "no" is not allowed; use true or false'],
    ['kubelet.nodeLabels', 'node-role.kubernetes.io/a=', 'kubelet.nodeLabels (--node-labels): "node-role.kubernetes'],
  ])('%s refuses %j by its name', (name, value, message) => {
    const error = refusal({ [name]: value } as ConfigFlags);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toContain(message);
  });

  it.each([
    [{ 'kubelet.evictionHard': 'memory.avail<1Gi' }, 'unsupported eviction signal memory.avail'],
    [{ 'kubelet.evictionSoft': 'memory.available<1Gi' }, 'grace period must be specified for the soft eviction'],
    [{ 'kubelet.imageGCLowThresholdPercent': '90' }, '--image-gc-low-threshold'],
    [{ 'kubelet.registerWithTaints': 'a:Never' }, 'registerWithTaints[0].effect must be one of'],
  ] as const)('%j is checked with the rest', (flags, message) => {
    const error = refusal(flags as ConfigFlags);
    expect(error).toBeInstanceOf(StartupError);
    expect(error.message).toContain("failed to validate the kubelet's flags: ");
    expect(error.message).toContain(message);
  });
});
