/**
 * What the client's models do not say: the Go package of each model (the component's name), its group, version and
 * kind, and the leaf types that Kubernetes writes in a way of its own. Source: kube-openapi's output for 1.34.
 */

export const CORE = 'io.k8s.api.core.v1';
const APPS = 'io.k8s.api.apps.v1';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** A kind that is listed. */
const listed = (...models) => models.flatMap((model) => [model, `${model}List`]);

/** Models to start from; everything that they refer to follows. */
export const ROOTS = [
  ...listed('V1ConfigMap', 'V1Endpoints', 'CoreV1Event', 'V1LimitRange', 'V1Namespace', 'V1Node', 'V1PersistentVolume'),
  ...listed('V1PersistentVolumeClaim', 'V1Pod', 'V1PodTemplate', 'V1ResourceQuota', 'V1Secret', 'V1Service'),
  ...listed('V1ServiceAccount', 'V1ReplicationController', 'V1ComponentStatus'),
  ...listed('V1ControllerRevision', 'V1DaemonSet', 'V1Deployment', 'V1ReplicaSet', 'V1StatefulSet'),
  ...listed('V1Job', 'V1CronJob', 'V1HorizontalPodAutoscaler', 'V2HorizontalPodAutoscaler'),
  ...listed('V1Ingress', 'V1IngressClass', 'V1NetworkPolicy', 'V1PodDisruptionBudget', 'V1Lease', 'V1EndpointSlice'),
  ...listed('EventsV1Event', 'V1RuntimeClass', 'V1PriorityClass', 'V1CertificateSigningRequest', 'V1APIService'),
  ...listed('V1StorageClass', 'V1CSINode', 'V1CSIDriver', 'V1CSIStorageCapacity', 'V1VolumeAttachment'),
  ...listed('V1Role', 'V1RoleBinding', 'V1ClusterRole', 'V1ClusterRoleBinding'),
  ...['V1TokenReview', 'AuthenticationV1TokenRequest', 'V1SelfSubjectReview', 'V1SubjectAccessReview'],
  ...['V1LocalSubjectAccessReview', 'V1SelfSubjectAccessReview', 'V1SelfSubjectRulesReview'],
  ...['V1Binding', 'V1Scale', 'V1Eviction', 'V1DeleteOptions', 'V1Status', 'V1APIGroup', 'V1APIGroupList'],
  ...['V1APIResourceList', 'V1APIVersions', 'V1Condition', 'V1WatchEvent'],
];

/** Models whose name begins with their group, since another group has a type of that name. */
const MODEL_GROUPS = {
  Authentication: 'io.k8s.api.authentication.v1',
  Discovery: 'io.k8s.api.discovery.v1',
  Events: 'io.k8s.api.events.v1',
  Rbac: 'io.k8s.api.rbac.v1',
  Storage: 'io.k8s.api.storage.v1',
};

/** By the short name of the model; core has all others. The first that fits. */
const PREFIXES = [
  [
    META,
    /^(API(Group|Resource|Versions)|Condition$|DeleteOptions|FieldSelectorRequirement|GroupVersionForDiscovery|LabelSelector(Requirement)?$|ListMeta|ManagedFields|ObjectMeta|OwnerReference|Preconditions|ServerAddressByClientCIDR|ShardInfo|Status|WatchEvent)/,
  ],
  ['io.k8s.kube-aggregator.pkg.apis.apiregistration.v1', /^APIService|^ServiceReference$/],
  [APPS, /^(ControllerRevision|DaemonSet|Deployment|ReplicaSet|StatefulSet|RollingUpdate)/],
  ['io.k8s.api.batch.v1', /^(CronJob|Job|PodFailurePolicy|SuccessPolicy|UncountedTerminatedPods)/],
  ['io.k8s.api.coordination.v1', /^Lease/],
  ['io.k8s.api.autoscaling.v1', /^(Scale(Spec|Status)?$|HorizontalPodAutoscaler|CrossVersionObjectReference$)/],
  ['io.k8s.api.policy.v1', /^(Eviction$|PodDisruptionBudget)/],
  ['io.k8s.api.discovery.v1', /^(Endpoint$|EndpointConditions|EndpointHints|EndpointSlice|For(Node|Zone)$)/],
  ['io.k8s.api.networking.v1', /^(HTTPIngress|IPBlock|Ingress|NetworkPolicy|ServiceBackendPort)/],
  ['io.k8s.api.node.v1', /^(RuntimeClass|Overhead$|Scheduling$)/],
  ['io.k8s.api.scheduling.v1', /^PriorityClass/],
  ['io.k8s.api.certificates.v1', /^CertificateSigningRequest/],
  ['io.k8s.api.rbac.v1', /^(AggregationRule|ClusterRole|PolicyRule$|Role)/],
  [
    'io.k8s.api.storage.v1',
    /^(CSIDriver|CSINode|CSIStorageCapacity|StorageClass|VolumeAttachment|VolumeError|VolumeNodeResources)/,
  ],
  ['io.k8s.api.authentication.v1', /^(BoundObjectReference|SelfSubjectReview|Token(Request|Review)|UserInfo)/],
  [
    'io.k8s.api.authorization.v1',
    /SubjectAccessReview|SubjectRulesReview|^(Non)?Resource(Attributes|Rule)$|SelectorAttributes$/,
  ],
];

/** `V1Pod` and `CoreV1Event` are called Pod and Event. */
export const shortName = (model) => model.replace(/^[A-Z][a-z]+(?=V\d[A-Z])/, '').replace(/^V\d/, '');

const versionOf = (model) => /V(\d)[A-Z]/.exec(model)[0].slice(0, -1).toLowerCase();

export function componentName(model) {
  const name = shortName(model);
  const prefix = /^([A-Z][a-z]+)V\d[A-Z]/.exec(model)?.[1];
  if (versionOf(model) === 'v2') {
    return `io.k8s.api.autoscaling.v2.${name}`;
  }
  const named = prefix === 'Core' ? CORE : MODEL_GROUPS[prefix];
  const [owner] = named === undefined ? (PREFIXES.find(([, pattern]) => pattern.test(name)) ?? [CORE]) : [named];
  return `${owner}.${name}`;
}

/** The file that holds a component: one an API group, and one for what all groups share. */
export const fileOf = (component) =>
  component.startsWith('io.k8s.apimachinery.') ? 'io.k8s.apimachinery' : component.slice(0, component.lastIndexOf('.'));

/** Groups whose name is more than the first word of their package. */
const DOMAINS = {
  ...Object.fromEntries(
    ['authentication', 'authorization', 'certificates', 'coordination', 'discovery', 'events', 'networking', 'node']
      .concat(['scheduling', 'storage'])
      .map((word) => [`io.k8s.api.${word}`, `${word}.k8s.io`]),
  ),
  'io.k8s.api.core': '',
  'io.k8s.api.rbac': 'rbac.authorization.k8s.io',
  'io.k8s.apimachinery.pkg.apis.meta': '',
  'io.k8s.kube-aggregator.pkg.apis.apiregistration': 'apiregistration.k8s.io',
};

export function groupVersionKind(model) {
  const [, owner, version, kind] = /^(.*)\.(v\d)\.(\w+)$/.exec(componentName(model));
  return [{ group: DOMAINS[owner] ?? owner.slice(owner.lastIndexOf('.') + 1), kind, version }];
}

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
export const TIME = `${META}.Time`;
export const MICRO_TIME = `${META}.MicroTime`;
export const FIELDS_V1 = `${META}.FieldsV1`;
export const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension';

/** Types with a JSON form of their own; `decode.ts` knows them by name. */
export const LEAVES = {
  [QUANTITY]: {
    description:
      'Quantity is a fixed-point number written as a decimal with an optional suffix: binary (Ki, Mi, Gi, Ti, Pi, Ei), ' +
      'decimal (n, u, m, k, M, G, T, P, E) or an exponent (e3). It is stored in canonical form.',
    oneOf: [{ type: 'string' }, { type: 'number' }],
  },
  [INT_OR_STRING]: {
    description: 'IntOrString is an int32 or a string, for example a percentage or the name of a port.',
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    'x-kubernetes-int-or-string': true,
  },
  [TIME]: { description: 'A time in RFC 3339, kept to the second, in UTC.', format: 'date-time', type: 'string' },
  [MICRO_TIME]: { description: 'A time in RFC 3339, kept to the microsecond.', format: 'date-time', type: 'string' },
  [FIELDS_V1]: {
    description: 'FieldsV1 stores a set of fields in a data structure like a trie, in JSON format.',
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  },
  [RAW_EXTENSION]: {
    description: 'RawExtension holds an object of any kind.',
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  },
  [`${META}.Patch`]: {
    description: "Patch is provided to give a concrete name and type to the Kubernetes PATCH request's body.",
    type: 'object',
  },
};

/** The models that type a leaf as `any`, or as a string where the wire has a Quantity. */
export const LEAF_FIELDS = {
  'ControllerRevision.data': RAW_EXTENSION,
  'ManagedFieldsEntry.fieldsV1': FIELDS_V1,
  'WatchEvent.object': RAW_EXTENSION,
  'EmptyDirVolumeSource.sizeLimit': QUANTITY,
  'ResourceFieldSelector.divisor': QUANTITY,
  'ContainerStatus.allocatedResources': QUANTITY,
  'NodeAllocatableResourceClaimStatus.resources': QUANTITY,
  'NodeStatus.allocatable': QUANTITY,
  'NodeStatus.capacity': QUANTITY,
  'PodSpec.overhead': QUANTITY,
  'PodStatus.allocatedResources': QUANTITY,
  'ResourceRequirements.limits': QUANTITY,
  'ResourceRequirements.requests': QUANTITY,
  'LimitRangeItem.default': QUANTITY,
  'LimitRangeItem.defaultRequest': QUANTITY,
  'LimitRangeItem.max': QUANTITY,
  'LimitRangeItem.maxLimitRequestRatio': QUANTITY,
  'LimitRangeItem.min': QUANTITY,
  'PersistentVolumeClaimStatus.allocatedResources': QUANTITY,
  'PersistentVolumeClaimStatus.capacity': QUANTITY,
  'PersistentVolumeSpec.capacity': QUANTITY,
  'ResourceQuotaSpec.hard': QUANTITY,
  'ResourceQuotaStatus.hard': QUANTITY,
  'ResourceQuotaStatus.used': QUANTITY,
  'CSIStorageCapacity.capacity': QUANTITY,
  'CSIStorageCapacity.maximumVolumeSize': QUANTITY,
  'MetricTarget.averageValue': QUANTITY,
  'MetricTarget.value': QUANTITY,
  'MetricValueStatus.averageValue': QUANTITY,
  'MetricValueStatus.value': QUANTITY,
  'Overhead.podFixed': QUANTITY,
  'VolumeResourceRequirements.limits': QUANTITY,
  'VolumeResourceRequirements.requests': QUANTITY,
};
