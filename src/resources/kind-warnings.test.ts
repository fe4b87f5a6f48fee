/** What kinds other than pods and workloads warn of, as a client that writes them reads it. */
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../values/object.ts';
import { node } from './core/node.ts';
import { persistentVolume } from './core/persistent-volume.ts';
import { persistentVolumeClaim } from './core/persistent-volume-claim.ts';
import { service } from './core/service.ts';
import { serviceAccount } from './core/service-account.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { runtimeClass } from './node/runtime-class.ts';

const of = (annotations: Record<string, string>, rest: object): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'Some', metadata: { annotations } },
  ...rest,
});
const CLASS = 'volume.beta.kubernetes.io/storage-class';
const CLASS_WARNING = `metadata.annotations[${CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`;

const CASES: [string, ResourceDefinition, KubeObject, string[]][] = [
  [
    'a headless service',
    service as ResourceDefinition,
    of(
      { 'service.kubernetes.io/topology-aware-hints': 'auto' },
      {
        spec: {
          ...{ type: 'ClusterIP', clusterIP: 'None', loadBalancerIP: '1.1.1.1' },
          ...{ externalIPs: ['1.1.1.1'], sessionAffinity: 'ClientIP', externalName: 'a.b' },
        },
      },
    ),
    [
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
      'spec.loadBalancerIP is ignored for headless services',
      'spec.externalIPs is ignored for headless services',
      'spec.SessionAffinity is ignored for headless services',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
    ],
  ],
  [
    'a name with addresses',
    service as ResourceDefinition,
    of({}, { spec: { type: 'ExternalName', externalName: 'a.b', externalIPs: ['1.1.1.1'] } }),
    ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
  ],
  [
    'a volume',
    persistentVolume as ResourceDefinition,
    of({ [CLASS]: 'x' }, { spec: { persistentVolumeReclaimPolicy: 'Recycle', glusterfs: {} } }),
    [
      CLASS_WARNING,
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+',
    ],
  ],
  [
    'a claim',
    persistentVolumeClaim as ResourceDefinition,
    of({ [CLASS]: 'x' }, { spec: { resources: { requests: { storage: '100m' } } } }),
    [CLASS_WARNING, 'spec.resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer'],
  ],
  [
    'a runtime class',
    runtimeClass as ResourceDefinition,
    of({}, { scheduling: { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } } }),
    ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/arch" instead'],
  ],
  [
    'a node',
    node as ResourceDefinition,
    of({}, { spec: { externalID: 'a', configSource: {} } }),
    [
      'spec.configSource: the feature is removed',
      'spec.externalID: this field is deprecated, and is unused by Kubernetes',
    ],
  ],
  [
    'an account',
    serviceAccount as ResourceDefinition,
    of({ 'kubernetes.io/enforce-mountable-secrets': 'true' }, {}),
    [
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ],
  ],
];

describe('warnings', () => {
  it.each(CASES)('of %s', (_name, { warnings }, object, expected) => {
    expect(warnings?.(object)).toEqual(expected);
  });
});
