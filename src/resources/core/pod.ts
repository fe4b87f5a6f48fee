/** core/v1 Pod. Source: pkg/registry/core/pod/strategy.go, 1.34. */
import type { StatusCause } from '../../errors.ts';
import type { KubeObject } from '../../values/object.ts';
import { defineResource, PROXY_VERBS, readFields } from '../define-resource.ts';
import { forbiddenField } from '../field-errors.ts';
import { DEFAULT_GRACE_SECONDS, defaultSpecOfPod } from '../pod/default-pod-spec.ts';
import { ephemeralContainers } from '../pod/ephemeral-containers.ts';
import { applyLabelKeys } from '../pod/match-label-keys.ts';
import { isMirrorPod } from '../pod/mirror-pod.ts';
import { POD_COLUMNS, type Pod } from '../pod/pod-columns.ts';
import { qosClass } from '../pod/qos-class.ts';
import { resize } from '../pod/resize.ts';
import { checkPodSpec } from '../pod/validate-pod-spec.ts';
import { checkPodStatusUpdate } from '../pod/validate-pod-status.ts';
import { checkPodSpecUpdate } from '../pod/validate-pod-update.ts';
import { nameWarnings, podWarnings } from '../pod/warnings.ts';

const SELECTABLE_FIELDS = [
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.schedulerName',
  'spec.serviceAccountName',
  'spec.hostNetwork',
  'status.phase',
  'status.podIP',
  'status.nominatedNodeName',
];
/** What a scheduler that knows gates would write; until it does, the pod says why it waits. */
const GATED_CONDITION = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};
function prepareForCreate(pod: Pod): void {
  const spec = pod.spec ?? {};
  // As the ServiceAccount admission plugin does, without asking; what a kubelet runs from a file has no account.
  if (!isMirrorPod(pod)) {
    spec.serviceAccountName ||= spec.serviceAccount || 'default';
  }
  const isGated = (spec.schedulingGates ?? []).length > 0;
  pod.spec = spec;
  applyLabelKeys(spec, pod.metadata.labels ?? {});
  pod.status = {
    phase: 'Pending',
    ...(isGated ? { conditions: [GATED_CONDITION] } : {}),
    qosClass: qosClass(spec),
  };
}

/** Clients may leave out what only the server sets. */
function prepareForUpdate(pod: Pod, { spec: old = {} }: Pod): void {
  const { priority, preemptionPolicy } = old;
  pod.spec = {
    ...(priority === undefined ? {} : { priority }),
    ...(preemptionPolicy === undefined ? {} : { preemptionPolicy }),
    ...pod.spec,
  };
}

/** Ephemeral containers come by a subresource of their own, never with the pod. */
function validateCreate({ spec = {} }: Pod): StatusCause[] {
  const { nodeName, schedulingGates = [], ephemeralContainers = [] } = spec;
  const uncleared = 'cannot be set until all schedulingGates have been cleared';
  return [
    ...(ephemeralContainers.length > 0 ? [forbiddenField('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(nodeName && schedulingGates.length > 0 ? [forbiddenField('spec.nodeName', uncleared)] : []),
  ];
}

/** Nothing runs of a pod without a node, nor of one that has ended, so nothing waits for it. */
function gracePeriodSeconds(object: KubeObject): number {
  const { spec = {}, status = {} } = object as Pod;
  const isOver = !spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed';
  const seconds = spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  return isOver ? 0 : seconds < 0 ? 1 : seconds;
}

export const pod = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Pod',
  selectableFields: SELECTABLE_FIELDS,
  // The second is taken, though no pod has a value of it, as in Kubernetes.
  fieldAliases: { 'spec.host': 'spec.nodeName', 'status.podIPs': '.none' },
  // By a create and by a binding.
  assignedFields: ['spec.nodeName', 'status.qosClass', 'status.conditions.k:{"type":"PodScheduled"}'],
  statusReporter: 'kubelet',
  shortOwnership: true,
  fields: (object) => ({
    ...readFields(object, SELECTABLE_FIELDS),
    'spec.hostNetwork': String(object.spec?.hostNetwork === true),
    'status.podIP': object.status?.podIPs?.[0]?.ip ?? object.status?.podIP ?? '',
  }),
  columns: POD_COLUMNS,
  subresources: {
    status: true,
    statusKeeps: ['ownerReferences'],
    parts: { ephemeralcontainers: ephemeralContainers, resize },
    other: {
      binding: { kind: 'Binding', verbs: ['create'] },
      eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
      log: { kind: 'Pod', verbs: ['get'] },
      exec: { kind: 'PodExecOptions', verbs: ['create', 'get'] },
      attach: { kind: 'PodAttachOptions', verbs: ['create', 'get'] },
      portforward: { kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
      proxy: { kind: 'PodProxyOptions', verbs: PROXY_VERBS },
    },
  },
  deletion: { gracePeriodSeconds, answersObject: true },
  applyDefaults: (object) => {
    object.spec ??= {};
    defaultSpecOfPod(object.spec);
  },
  prepareForCreate,
  prepareForUpdate,
  validate: ({ spec = {} }, old) => checkPodSpec('spec', spec, { isPod: true, old: old?.spec }),
  validateCreate,
  validateUpdate: (object, old) => checkPodSpecUpdate(object.spec ?? {}, old.spec ?? {}),
  validateStatusUpdate: (object, old) => checkPodStatusUpdate(object.status ?? {}, old.status ?? {}, old.spec ?? {}),
  warnings: (object) => [...nameWarnings(object.metadata.name ?? '', "the Pod's hostname"), ...podWarnings('', object)],
});
