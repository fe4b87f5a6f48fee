/**
 * fields/: the field numbers of the messages we read and write, as in the generated.proto files of Kubernetes 1.34. `name 3` is a
 * field, `name? 3` one that is a pointer in Go (its zero value counts), `...Message 3` a struct that Go inlines: in JSON
 * its fields stand beside the others. Types are not here: they are the schemas'.
 */
import { authenticationFields, authorizationFields, certificatesFields, rbacFields } from './access.ts';
import { appsFields } from './apps.ts';
import { autoscalingFields, autoscalingV2Fields } from './autoscaling.ts';
import { batchFields } from './batch.ts';
import { containerFields } from './container.ts';
import { coreFields } from './core.ts';
import { metaFields } from './meta.ts';
import { discoveryFields, networkingFields } from './networking.ts';
import { nodeFields } from './node.ts';
import { podFields } from './pod.ts';
import { podStatusFields } from './pod-status.ts';
import { serviceFields } from './service.ts';
import { persistentVolumeFields, storageFields } from './storage.ts';
import { volumeFields } from './volume.ts';

type Messages = Readonly<Record<string, string>>;

const coordinationFields = {
  Lease: 'metadata 1, spec 2',
  LeaseSpec: `
    holderIdentity? 1, leaseDurationSeconds? 2, acquireTime 3, renewTime 4, leaseTransitions? 5, strategy? 6,
    preferredHolder? 7`,
};
const policyFields = {
  Eviction: 'metadata 1, deleteOptions 2',
  PodDisruptionBudget: 'metadata 1, spec 2, status 3',
  PodDisruptionBudgetSpec: 'minAvailable 1, selector 2, maxUnavailable 3, unhealthyPodEvictionPolicy? 4',
  PodDisruptionBudgetStatus: `
    observedGeneration 1, disruptedPods 2, disruptionsAllowed 3, currentHealthy 4, desiredHealthy 5,
    expectedPods 6, conditions 7`,
};
/** The order is that of the first version: the deprecated fields kept the numbers they had. */
const eventsFields = {
  Event: `
    metadata 1, eventTime 2, series 3, reportingController 4, reportingInstance 5, action 6, reason 7, regarding 8,
    related 9, note 10, type 11, deprecatedSource 12, deprecatedFirstTimestamp 13, deprecatedLastTimestamp 14,
    deprecatedCount 15`,
  EventSeries: 'count 1, lastObservedTime 2',
};
const apiregistrationFields = {
  APIService: 'metadata 1, spec 2, status 3',
  APIServiceSpec: `
    service 1, group 2, version 3, insecureSkipTLSVerify 4, caBundle 5, groupPriorityMinimum 7, versionPriority 8`,
  APIServiceStatus: 'conditions 1',
  APIServiceCondition: 'type 1, status 2, lastTransitionTime 3, reason 4, message 5',
  ServiceReference: 'namespace 1, name 2, port? 3',
};
const schedulingFields = {
  PriorityClass: 'metadata 1, value 2, globalDefault 3, description 4, preemptionPolicy? 5',
};
const runtimeFields = {
  RuntimeClass: 'metadata 1, handler 2, overhead 3, scheduling 4',
  Overhead: 'podFixed 1',
  Scheduling: 'nodeSelector 1, tolerations 2',
};
/** Package → message → fields. */
const PACKAGES: Readonly<Record<string, Messages>> = {
  'io.k8s.apimachinery.pkg.apis.meta.v1': metaFields,
  'io.k8s.api.core.v1': {
    ...coreFields,
    ...nodeFields,
    ...podFields,
    ...podStatusFields,
    ...containerFields,
    ...volumeFields,
    ...serviceFields,
    ...persistentVolumeFields,
  },
  'io.k8s.api.apps.v1': appsFields,
  'io.k8s.api.authentication.v1': authenticationFields,
  'io.k8s.api.authorization.v1': authorizationFields,
  'io.k8s.api.autoscaling.v1': autoscalingFields,
  'io.k8s.api.autoscaling.v2': autoscalingV2Fields,
  'io.k8s.api.batch.v1': batchFields,
  'io.k8s.api.certificates.v1': certificatesFields,
  'io.k8s.api.coordination.v1': coordinationFields,
  'io.k8s.api.discovery.v1': discoveryFields,
  'io.k8s.api.events.v1': eventsFields,
  'io.k8s.api.networking.v1': networkingFields,
  'io.k8s.api.node.v1': runtimeFields,
  'io.k8s.api.policy.v1': policyFields,
  'io.k8s.api.rbac.v1': rbacFields,
  'io.k8s.api.scheduling.v1': schedulingFields,
  'io.k8s.api.storage.v1': storageFields,
  'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1': apiregistrationFields,
};

const qualify = ([name, messages]: [string, Messages]): [string, string][] =>
  Object.entries(messages).map(([message, fields]) => [`${name}.${message}`, fields]);

/** By the name that the component has in the schemas too, but for inlined structs, which have no schema. */
export const FIELDS: ReadonlyMap<string, string> = new Map(Object.entries(PACKAGES).flatMap(qualify));
