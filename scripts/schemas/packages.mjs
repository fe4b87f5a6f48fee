/**
 * What the client's models do not say: the Go package of each model (the component's name), its group, version and
 * kind, and the leaf types that Kubernetes writes in a way of its own. Source: kube-openapi's output for 1.34.
 */

export const CORE = 'io.k8s.api.core.v1';
const APPS = 'io.k8s.api.apps.v1';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Models to start from; everything that they refer to follows. */
export const ROOTS = [
  ...['V1Binding', 'V1ConfigMap', 'V1ConfigMapList', 'CoreV1Event', 'CoreV1EventList', 'V1Namespace'],
  ...['V1NamespaceList', 'V1Node', 'V1NodeList', 'V1Pod', 'V1PodList', 'V1Secret', 'V1SecretList'],
  ...['V1Deployment', 'V1DeploymentList', 'V1ReplicaSet', 'V1ReplicaSetList', 'V1Lease', 'V1LeaseList'],
  ...['V1Scale', 'V1Eviction', 'V1DeleteOptions', 'V1Status', 'V1APIGroup', 'V1APIGroupList'],
  ...['V1APIResourceList', 'V1APIVersions', 'V1Condition', 'V1WatchEvent'],
];

const PREFIXES = [
  [APPS, /^(Deployment|ReplicaSet|RollingUpdateDeployment)/],
  ['io.k8s.api.coordination.v1', /^Lease/],
  ['io.k8s.api.autoscaling.v1', /^Scale(Spec|Status)?$/],
  ['io.k8s.api.policy.v1', /^Eviction$/],
  [
    META,
    /^(API|Condition$|DeleteOptions|FieldSelectorRequirement|GroupVersionForDiscovery|LabelSelector|ListMeta|ManagedFields|ObjectMeta|OwnerReference|Preconditions|ServerAddressByClientCIDR|Status|WatchEvent)/,
  ],
];

/** `V1Pod` and `CoreV1Event` are called Pod and Event. */
export const shortName = (model) => model.replace(/^(Core)?V1/, '');

export function componentName(model) {
  const name = shortName(model);
  const [owner] = PREFIXES.find(([, pattern]) => pattern.test(name)) ?? [CORE];
  return `${owner}.${name}`;
}

/** The file that holds a component: one an API group, and one for what all groups share. */
export const fileOf = (component) =>
  component.startsWith('io.k8s.apimachinery.') ? 'io.k8s.apimachinery' : component.slice(0, component.lastIndexOf('.'));

const GROUPS = {
  [CORE]: '',
  [APPS]: 'apps',
  'io.k8s.api.coordination.v1': 'coordination.k8s.io',
  'io.k8s.api.autoscaling.v1': 'autoscaling',
  'io.k8s.api.policy.v1': 'policy',
  [META]: '',
};

export function groupVersionKind(model) {
  const name = shortName(model);
  const component = componentName(model);
  return [{ group: GROUPS[component.slice(0, component.lastIndexOf('.'))], kind: name, version: 'v1' }];
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
  'VolumeResourceRequirements.limits': QUANTITY,
  'VolumeResourceRequirements.requests': QUANTITY,
};
