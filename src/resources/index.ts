/**
 * resources/: what each kind is, as data and pure hooks; its schema; decoding and validation that all kinds share.
 * This file is the table: one line a kind, in the order of groups that discovery shows. May import values, errors.
 * Never does I/O, never knows who stores, serves or reconciles a kind.
 */

import { apiService } from './apiregistration/api-service.ts';
import { controllerRevision } from './apps/controller-revision.ts';
import { daemonSet } from './apps/daemonset.ts';
import { deployment } from './apps/deployment.ts';
import { replicaSet } from './apps/replicaset.ts';
import { statefulSet } from './apps/statefulset.ts';
import { horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalerV1 } from './autoscaling/horizontal-pod-autoscaler-v1.ts';
import { cronJob } from './batch/cron-job.ts';
import { job } from './batch/job.ts';
import { certificateSigningRequest } from './certificates/certificate-signing-request.ts';
import { lease } from './coordination/lease.ts';
import { configMap } from './core/config-map.ts';
import { endpoints } from './core/endpoints.ts';
import { event } from './core/event.ts';
import { limitRange } from './core/limit-range.ts';
import { namespace } from './core/namespace.ts';
import { node } from './core/node.ts';
import { persistentVolume } from './core/persistent-volume.ts';
import { persistentVolumeClaim } from './core/persistent-volume-claim.ts';
import { pod } from './core/pod.ts';
import { podTemplate } from './core/pod-template.ts';
import { replicationController } from './core/replication-controller.ts';
import { resourceQuota } from './core/resource-quota.ts';
import { secret } from './core/secret.ts';
import { service } from './core/service.ts';
import { serviceAccount } from './core/service-account.ts';
import type { ResourceDefinition } from './define-resource.ts';
import { endpointSlice } from './discovery/endpoint-slice.ts';
import { eventsEvent } from './events/event.ts';
import { drain } from './fleet/drain.ts';
import { fault } from './fleet/fault.ts';
import { kubeletConfig } from './fleet/kubelet-config.ts';
import { nodePool } from './fleet/node-pool.ts';
import { simulationProfile } from './fleet/simulation-profile/simulation-profile.ts';
import { ingress } from './networking/ingress.ts';
import { ingressClass } from './networking/ingress-class.ts';
import { networkPolicy } from './networking/network-policy.ts';
import { runtimeClass } from './node/runtime-class.ts';
import { podDisruptionBudget } from './policy/pod-disruption-budget.ts';
import { clusterRole } from './rbac/cluster-role.ts';
import { clusterRoleBinding } from './rbac/cluster-role-binding.ts';
import { role } from './rbac/role.ts';
import { roleBinding } from './rbac/role-binding.ts';
import { priorityClass } from './scheduling/priority-class.ts';
import { csiDriver } from './storage-api/csi-driver.ts';
import { csiNode } from './storage-api/csi-node.ts';
import { csiStorageCapacity } from './storage-api/csi-storage-capacity.ts';
import { storageClass } from './storage-api/storage-class.ts';
import { volumeAttachment } from './storage-api/volume-attachment.ts';

/** Hooks take their own kind's type; the registry calls each with objects that its schema has decoded. */
const TABLE = [
  configMap,
  endpoints,
  event,
  limitRange,
  namespace,
  node,
  persistentVolumeClaim,
  persistentVolume,
  pod,
  podTemplate,
  replicationController,
  resourceQuota,
  secret,
  serviceAccount,
  service,
  apiService,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  horizontalPodAutoscaler,
  horizontalPodAutoscalerV1,
  cronJob,
  job,
  certificateSigningRequest,
  lease,
  endpointSlice,
  eventsEvent,
  ingressClass,
  ingress,
  networkPolicy,
  runtimeClass,
  podDisruptionBudget,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  priorityClass,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  nodePool,
  drain,
  kubeletConfig,
  fault,
  simulationProfile,
];

export const RESOURCES = TABLE as unknown as readonly ResourceDefinition[];

/**
 * Names a kind's table: the plural, qualified by the group (`pods`, `deployments.apps`). Storage's ResourceId. A second
 * form has no table: its name, with the version, is one for `registry/forms/`.
 */
export const resourceId = ({
  group,
  version,
  plural,
  storedAs,
}: Pick<ResourceDefinition, 'group' | 'version' | 'plural' | 'storedAs'>): string =>
  [plural, ...(storedAs === undefined ? [] : [version]), ...(group === '' ? [] : [group])].join('.');

/** Those with a table of their own: each object once. */
export const STORED_RESOURCES = RESOURCES.filter(({ storedAs }) => storedAs === undefined);
