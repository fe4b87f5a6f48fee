/**
 * The list, map and patch markers of the Go types, which the client's models lack. Source: the `+listType`, `+mapType`
 * and `patchStrategy` markers of k8s.io/api and k8s.io/apimachinery, 1.34. The generator refuses a name that is gone.
 */

const atomic = { 'x-kubernetes-list-type': 'atomic' };
const set = { 'x-kubernetes-list-type': 'set' };
const mapBy = (...keys) => ({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });
const merge = (key) => ({ 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': key });
const mergeMap = (key, ...moreKeys) => ({ ...merge(key), ...mapBy(key, ...moreKeys) });
const mergeRetain = (key) => ({
  ...mergeMap(key),
  'x-kubernetes-patch-strategy': 'merge,retainKeys',
});
const atomicMap = { 'x-kubernetes-map-type': 'atomic' };

const container = {
  env: mergeMap('name'),
  ports: mergeMap('containerPort', 'protocol'),
  volumeDevices: mergeMap('devicePath'),
  volumeMounts: mergeMap('mountPath'),
};

/** Of fields, by Go type. Lists that are not named here are atomic, `items` of a List apart. */
export const FIELD_EXTENSIONS = {
  Container: container,
  EphemeralContainer: container,
  // Items without the key have its default, so that a server-side apply finds them.
  ContainerPort: { protocol: { default: 'TCP' } },
  ServicePort: { protocol: { default: 'TCP' } },
  ContainerStatus: { allocatedResourcesStatus: mergeMap('name'), volumeMounts: mergeMap('mountPath') },
  DeploymentSpec: { strategy: { 'x-kubernetes-patch-strategy': 'retainKeys' } },
  DeploymentStatus: { conditions: mergeMap('type') },
  ReplicaSetStatus: { conditions: mergeMap('type') },
  ReplicationControllerSpec: { selector: atomicMap },
  ReplicationControllerStatus: { conditions: mergeMap('type') },
  NamespaceStatus: { conditions: mergeMap('type') },
  NodeSpec: { podCIDRs: { 'x-kubernetes-patch-strategy': 'merge', ...set } },
  NodeStatus: { addresses: mergeMap('type'), conditions: mergeMap('type') },
  ObjectMeta: {
    finalizers: { 'x-kubernetes-patch-strategy': 'merge', ...set },
    ownerReferences: mergeMap('uid'),
  },
  PodSpec: {
    containers: mergeMap('name'),
    ephemeralContainers: mergeMap('name'),
    hostAliases: mergeMap('ip'),
    imagePullSecrets: mergeMap('name'),
    initContainers: mergeMap('name'),
    nodeSelector: atomicMap,
    resourceClaims: mergeRetain('name'),
    schedulingGates: mergeMap('name'),
    topologySpreadConstraints: mergeMap('topologyKey', 'whenUnsatisfiable'),
    volumes: mergeRetain('name'),
  },
  PodStatus: {
    conditions: mergeMap('type'),
    hostIPs: { ...merge('ip'), ...atomic },
    podIPs: mergeMap('ip'),
    resourceClaimStatuses: mergeRetain('name'),
  },
  ContainerRestartRuleOnExitCodes: { values: set },
  ComponentStatus: { conditions: mergeMap('type') },
  PersistentVolumeSpec: { claimRef: { 'x-kubernetes-map-type': 'granular' } },
  PersistentVolumeClaimStatus: { conditions: mergeMap('type') },
  ServiceAccount: { secrets: mergeMap('name') },
  ServiceSpec: { ports: mergeMap('port', 'protocol'), selector: atomicMap },
  ServiceStatus: { conditions: mergeMap('type') },
  DaemonSetStatus: { conditions: mergeMap('type') },
  StatefulSetStatus: { conditions: mergeMap('type') },
  JobStatus: { conditions: { ...merge('type'), ...atomic } },
  PodFailurePolicyOnExitCodesRequirement: { values: set },
  UncountedTerminatedPods: { failed: set, succeeded: set },
  'io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerStatus': { conditions: mergeMap('type') },
  PodDisruptionBudgetSpec: { selector: { 'x-kubernetes-patch-strategy': 'replace' } },
  PodDisruptionBudgetStatus: { conditions: mergeMap('type') },
  Endpoint: { addresses: set },
  Scheduling: { nodeSelector: atomicMap },
  CSIDriverSpec: { volumeLifecycleModes: set },
  CSINodeSpec: { drivers: mergeMap('name') },
  CertificateSigningRequestStatus: { conditions: mapBy('type') },
  APIServiceStatus: { conditions: mergeMap('type') },
  ResourceStatus: { resources: mapBy('resourceID') },
  ResourceRequirements: { claims: mapBy('name') },
};

export const ATOMIC = atomic;

/** Types that a server-side apply takes as one value. */
export const ATOMIC_TYPES = [
  ...['ConfigMapKeySelector', 'FileKeySelector', 'LabelSelector', 'LocalObjectReference'],
  ...['NodeSelector', 'NodeSelectorTerm', 'ObjectFieldSelector', 'ObjectReference', 'OwnerReference'],
  ...['ResourceFieldSelector', 'SecretKeySelector', 'TypedLocalObjectReference'],
  ...[
    'EndpointAddress',
    'EndpointPort',
    'RoleRef',
    'ScopeSelector',
    'SecretReference',
    'ServiceBackendPort',
    'Subject',
  ],
  ...['TopologySelectorTerm', 'io.k8s.api.autoscaling.v1.CrossVersionObjectReference'],
];
