/** What the kinds that are only stored fill in and refuse: fields and words of Kubernetes 1.34. */
import { describe, expect, it } from 'vitest';
import { REQUEST } from '../../test/support/certificate-request.ts';
import type { KubeObject } from '../values/object.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { RESOURCES } from './index.ts';

const kindOf = (kind: string): ResourceDefinition => {
  const found = RESOURCES.find((definition) => definition.kind === kind);
  if (found === undefined) {
    throw new Error(`no kind ${kind}`);
  }
  return found;
};
const UID = '0b5a1c1e-0000-4000-8000-000000000000';

type Loose = Record<string, unknown>;

/** As a create leaves it. */
function created(kind: string, fields: Loose): KubeObject & Loose {
  const { applyDefaults, prepareForCreate } = kindOf(kind);
  const metadata = { name: 'x', namespace: 'default', uid: UID };
  const object = structuredClone({ apiVersion: 'v1', kind, metadata, ...fields });
  prepareForCreate?.(object, { now: 0 });
  applyDefaults?.(object);
  return object;
}
function complaints(kind: string, fields: Loose): string[] {
  const { validate, validateCreate } = kindOf(kind);
  const object = created(kind, fields);
  const causes = [...(validate?.(object) ?? []), ...(validateCreate?.(object) ?? [])];
  return causes.map(({ field, message }) => `${field}: ${message}`);
}
const changes = (kind: string, fields: Loose, old: Loose): string[] =>
  (kindOf(kind).validateUpdate?.(created(kind, fields), created(kind, old)) ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  );

const pod = (more: Loose = {}) => ({
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'c', image: 'i' }], ...more },
});
const selector = { matchLabels: { app: 'a' } };
const ports = [{ port: 80 }];
const jobTemplate = { spec: { template: pod({ restartPolicy: 'Never' }) } };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const volume = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' } };
const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const backend = { service: { name: 's', port: { number: 80 } } };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' };

const VALID: readonly (readonly [string, Loose])[] = [
  ['Service', { spec: { ports } }],
  ['Service', { spec: { type: 'ExternalName', externalName: 'a.example' } }],
  ['Service', { spec: { clusterIP: 'None' } }],
  ['Endpoints', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] }],
  ['ResourceQuota', { spec: { hard: { pods: '1', 'requests.cpu': '1', 'count/jobs.batch': '2' } } }],
  ['LimitRange', { spec: { limits: [{ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } }] } }],
  ['PersistentVolume', { spec: volume }],
  ['PersistentVolumeClaim', { spec: claim }],
  ['PodTemplate', { template: pod() }],
  ['ReplicationController', { spec: { template: pod() } }],
  ['DaemonSet', { spec: { selector, template: pod() } }],
  ['StatefulSet', { spec: { selector, template: pod(), serviceName: 's' } }],
  ['ControllerRevision', { data: {}, revision: 1 }],
  ['Job', jobTemplate],
  ['CronJob', { spec: { schedule: '*/5 * * * *', jobTemplate, timeZone: 'Europe/Vienna' } }],
  ['HorizontalPodAutoscaler', { spec: { maxReplicas: 2, scaleTargetRef: target, behavior: { scaleUp: {} } } }],
  ['PodDisruptionBudget', { spec: { maxUnavailable: '50%', selector } }],
  ['EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], ports: [{ port: 80 }] }],
  ['Ingress', { spec: { rules: [{ host: '*.a.b', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] } }],
  ['IngressClass', { spec: { controller: 'a.example/c' } }],
  ['NetworkPolicy', { spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] } }],
  ['RuntimeClass', { handler: 'runc' }],
  ['PriorityClass', { value: 10 }],
  ['StorageClass', { provisioner: 'a.example/p' }],
  ['Role', { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }],
  ['ClusterRole', { rules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] }],
  ['RoleBinding', { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a' }] }],
  ['ClusterRoleBinding', { roleRef, subjects: [{ kind: 'User', name: 'a' }] }],
  ['CertificateSigningRequest', { spec: { request: REQUEST, signerName: 'a.example/s', usages: ['client auth'] } }],
];

describe('what is valid', () => {
  it.each(VALID)('%s %#: nothing is said, and defaults are the same the second time', (kind, fields) => {
    expect(complaints(kind, fields)).toEqual([]);
    const once = created(kind, fields);
    const twice = structuredClone(once);
    kindOf(kind).applyDefaults?.(twice);
    expect(twice).toEqual(once);
    expect(changes(kind, fields, fields)).toEqual([]);
  });
});

it('a replication controller takes its selector and its labels from its template', () => {
  const { metadata, spec } = created('ReplicationController', { spec: { template: pod() } });
  expect([metadata.labels, spec]).toMatchObject([{ app: 'a' }, { replicas: 1, selector: { app: 'a' } }]);
});

describe('what is refused', () => {
  it.each<[string, Loose, string]>([
    ['Service', { spec: {} }, 'spec.ports: Required value'],
    ['Service', { spec: { ports, type: 'Odd' } }, 'spec.type: Unsupported value: "Odd": supported values: "ClusterIP"'],
    [
      'Service',
      { spec: { ports: [{ port: 0 }] } },
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535',
    ],
    ['Service', { spec: { ports: [{ port: 1 }, { port: 2, name: 'b' }] } }, 'spec.ports[0].name: Required value'],
    [
      'Service',
      { spec: { ports: [{ port: 1, nodePort: 30_001 }] } },
      'spec.ports[0].nodePort: Forbidden: may not be used',
    ],
    ['Service', { spec: { type: 'NodePort', ports: [{ port: 1, nodePort: 99 }] } }, 'valid ports is 30000-32767'],
    ['Service', { spec: { type: 'ExternalName' } }, 'spec.externalName: Required value'],
    [
      'Service',
      { spec: { ports, clusterIP: '1.2.3' } },
      'spec.clusterIPs[0]: Invalid value: "1.2.3": must be a valid IP',
    ],
    ['ResourceQuota', { spec: { hard: { 'requests.cpu': '-1' } } }, 'must be greater than or equal to 0'],
    ['ResourceQuota', { spec: { scopes: ['Odd'] } }, 'spec.scopes: Invalid value: ["Odd"]'],
    [
      'LimitRange',
      { spec: { limits: [{ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }] } },
      'min value 2 is greater than max value 1',
    ],
    [
      'PersistentVolume',
      { spec: { capacity: volume.capacity, accessModes: volume.accessModes } },
      'spec: Required value: must specify a volume type',
    ],
    [
      'PersistentVolumeClaim',
      { spec: { ...claim, accessModes: [] } },
      'spec.accessModes: Required value: at least 1 access mode',
    ],
    ['PersistentVolumeClaim', { spec: { ...claim, resources: {} } }, 'spec.resources[storage]: Required value'],
    ['ReplicationController', { spec: { selector: { app: 'a' } } }, 'spec.template: Required value'],
    ['ReplicationController', { spec: { template: { ...pod(), metadata: {} } } }, 'spec.selector: Required value'],
    [
      'ReplicationController',
      { spec: { selector: { app: 'b' }, template: pod() } },
      'spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`',
    ],
    [
      'DaemonSet',
      { spec: { selector, template: pod({ restartPolicy: 'Never' }) } },
      'restartPolicy: Unsupported value: "Never"',
    ],
    [
      'DaemonSet',
      { spec: { selector, template: pod(), updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } } },
      'cannot be 0 when maxSurge is 0',
    ],
    [
      'StatefulSet',
      { spec: { selector, template: pod(), podManagementPolicy: 'Odd' } },
      "must be 'OrderedReady' or 'Parallel'",
    ],
    [
      'Job',
      { spec: { template: pod() } },
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'Job',
      { spec: { ...jobTemplate.spec, completionMode: 'Indexed', parallelism: 1 } },
      'spec.completions: Required value: when completion mode is Indexed',
    ],
    [
      'CronJob',
      { spec: { schedule: 'soon', jobTemplate } },
      'spec.schedule: Invalid value: "soon": expected exactly 5 fields',
    ],
    [
      'CronJob',
      { spec: { schedule: '@daily', jobTemplate, timeZone: 'Nowhere' } },
      'spec.timeZone: Invalid value: "Nowhere": unknown time zone Nowhere',
    ],
    [
      'HorizontalPodAutoscaler',
      { spec: { scaleTargetRef: target } },
      'spec.maxReplicas: Invalid value: 0: must be greater than 0',
    ],
    [
      'HorizontalPodAutoscaler',
      { spec: { maxReplicas: 1, minReplicas: 2, scaleTargetRef: target } },
      'must be greater than or equal to `minReplicas`',
    ],
    [
      'PodDisruptionBudget',
      { spec: { minAvailable: 1, maxUnavailable: 1 } },
      'minAvailable and maxUnavailable cannot be both set',
    ],
    [
      'EndpointSlice',
      { addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }] },
      'must be a valid IPv6 address',
    ],
    ['Ingress', { spec: {} }, 'either `defaultBackend` or `rules` must be specified'],
    [
      'Ingress',
      { spec: { rules: [{ http: { paths: [{ path: '/', backend }] } }] } },
      'pathType: Required value: pathType must be specified',
    ],
    [
      'NetworkPolicy',
      { spec: { podSelector: {}, ingress: [{ from: [{}] }] } },
      'spec.ingress[0].from[0]: Required value: must specify a peer',
    ],
    [
      'PriorityClass',
      { value: 2_000_000_000 },
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    ['StorageClass', {}, 'provisioner: Required value'],
    [
      'Role',
      { rules: [{ verbs: [], apiGroups: [''], resources: ['pods'] }] },
      'rules[0].verbs: Required value: verbs must contain at least one value',
    ],
    [
      'Role',
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/'] }] },
      'namespaced rules cannot apply to non-resource URLs',
    ],
    [
      'ClusterRoleBinding',
      { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a' }] },
      'subjects[0].namespace: Required value',
    ],
    [
      'CertificateSigningRequest',
      { spec: { request: 'eA==', signerName: 'a/b', usages: ['any'] } },
      'PEM block type must be CERTIFICATE REQUEST',
    ],
  ])('%s %j', (kind, fields, message) => {
    expect(complaints(kind, fields).join('\n')).toContain(message);
  });
});

describe('what may not change', () => {
  it.each<[string, Loose, Loose, string]>([
    [
      'Service',
      { spec: { ports, clusterIP: '10.96.1.1' } },
      { spec: { ports, clusterIP: '10.96.1.2', clusterIPs: ['10.96.1.2'] } },
      'may not change once set',
    ],
    [
      'Job',
      { spec: { ...jobTemplate.spec, completions: 2 } },
      { spec: { ...jobTemplate.spec, completions: 1 } },
      'spec.completions',
    ],
    [
      'StatefulSet',
      { spec: { selector, template: pod(), serviceName: 'a' } },
      { spec: { selector, template: pod() } },
      'are forbidden',
    ],
    ['PriorityClass', { value: 1 }, { value: 2 }, 'value: Forbidden: may not be changed in an update.'],
    ['StorageClass', { provisioner: 'a/b' }, { provisioner: 'a/c' }, 'updates to provisioner are forbidden.'],
    ['RoleBinding', { roleRef }, { roleRef: { ...roleRef, name: 'other' } }, 'cannot change roleRef'],
    ['RuntimeClass', { handler: 'a' }, { handler: 'b' }, 'handler'],
  ])('%s', (kind, fields, old, message) => {
    expect(changes(kind, fields, old).join('\n')).toContain(message);
  });
});
