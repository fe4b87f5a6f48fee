/** A pod given to a node: the pure part of `bind` and `bindAll`. Source: pkg/registry/core/pod/storage, assignPod. */
import { conflict, invalid, type StatusCause } from '../errors.ts';
import type { KubeObject } from '../values/object.ts';
import { formatTime } from '../values/rfc3339.ts';

interface Condition {
  type: string;
  status: string;
  [key: string]: unknown;
}
export interface BindingTarget {
  readonly nodeName: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const PODS_BINDING = { group: '', resource: 'pods/binding' };

function refuseUnbindable(pod: KubeObject): void {
  const name = pod.metadata.name ?? '';
  const spec = (pod.spec ?? {}) as { nodeName?: string; schedulingGates?: unknown[] };
  if (pod.metadata.deletionTimestamp !== undefined) {
    throw conflict(PODS_BINDING, name, `pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if ((spec.nodeName ?? '') !== '') {
    throw conflict(PODS_BINDING, name, `pod ${name} is already assigned to node "${spec.nodeName}"`);
  }
  if ((spec.schedulingGates ?? []).length > 0) {
    throw conflict(PODS_BINDING, name, `pod ${name} has non-empty .spec.schedulingGates`);
  }
}

/** A changed copy of `pod`; throws Conflict when it is bound, ending or gated. */
export function assignPod(pod: KubeObject, target: BindingTarget, nowMs: number): KubeObject {
  refuseUnbindable(pod);
  const status = (pod.status ?? {}) as { conditions?: Condition[] };
  const scheduled: Condition = {
    type: 'PodScheduled',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(nowMs),
  };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const { labels, annotations, ...metadata } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...merged('labels', labels, target.labels),
      ...merged('annotations', annotations, target.annotations),
    },
    spec: { ...(pod.spec as object | undefined), nodeName: target.nodeName },
    status: { ...status, conditions: [...others, scheduled] },
  };
}

function merged<K extends string>(
  key: K,
  ours: Record<string, string> | undefined,
  theirs: Readonly<Record<string, string>> | undefined,
): { [P in K]?: Record<string, string> } {
  const all = { ...ours, ...theirs };
  return (Object.keys(all).length === 0 ? {} : { [key]: all }) as { [P in K]?: Record<string, string> };
}

/** Checks a v1 Binding from a client. Source: pkg/apis/core/validation, ValidatePodBinding. */
export function validateBinding(name: string, target: { kind?: unknown; name?: unknown }): void {
  const causes: StatusCause[] = [];
  if (target.kind !== undefined && target.kind !== '' && target.kind !== 'Node') {
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"`,
      field: 'target.kind',
    });
  }
  if (typeof target.name !== 'string' || target.name === '') {
    causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: 'target.name' });
  }
  if (causes.length > 0) {
    throw invalid({ group: '', kind: 'Binding' }, name, causes);
  }
}
