/** The words of the kubelet about its node. Source: kubelet_node_status.go, nodestatus/setters.go. */
import type { EventRecorder } from '../registry/event-recorder.ts';
import type { Node, NodeCondition } from './node.ts';

const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { True: 'NodeReady', False: 'NodeNotReady' },
  MemoryPressure: { True: 'NodeHasInsufficientMemory', False: 'NodeHasSufficientMemory' },
  DiskPressure: { True: 'NodeHasDiskPressure', False: 'NodeHasNoDiskPressure' },
  PIDPressure: { True: 'NodeHasInsufficientPID', False: 'NodeHasSufficientPID' },
};

/** One event for each condition whose status changed, and `Starting` for a node that had none. */
export function recordTransitions(recorder: EventRecorder, node: Node, conditions: readonly NodeCondition[]): void {
  const { name } = node.metadata;
  const subject = subjectOf(node);
  const old = node.status?.conditions ?? [];
  if (!old.some(({ type }) => type === 'Ready')) {
    recorder.record(subject, 'Normal', 'Starting', 'Starting kubelet.', name);
  }
  for (const { type, status } of conditions) {
    const reason = REASONS[type]?.[status];
    if (reason !== undefined && old.find((condition) => condition.type === type)?.status !== status) {
      recorder.record(subject, 'Normal', reason, `Node ${name} status is now: ${reason}`, name);
    }
  }
}

/** Whether it was cordoned or uncordoned since this process looked last; a kubelet that starts takes it for schedulable. */
export function recordSchedulable(recorder: EventRecorder, cordoned: Set<string>, node: Node): void {
  const { name } = node.metadata;
  const isCordoned = node.spec?.unschedulable === true;
  if (isCordoned === cordoned.has(name)) {
    return;
  }
  isCordoned ? cordoned.add(name) : cordoned.delete(name);
  const reason = isCordoned ? 'NodeNotSchedulable' : 'NodeSchedulable';
  recorder.record(subjectOf(node), 'Normal', reason, `Node ${name} status is now: ${reason}`, name);
}

/** Source: kubelet/eviction/eviction_manager.go. */
export function recordAttempt(recorder: EventRecorder, node: Node, resource: string): void {
  const message = `Attempting to reclaim ${resource}`;
  recorder.record(subjectOf(node), 'Warning', 'EvictionThresholdMet', message, node.metadata.name);
}

export function recordProblem(recorder: EventRecorder, node: Node, problem: string): void {
  recorder.record(subjectOf(node), 'Warning', 'InvalidConfiguration', problem, node.metadata.name);
}

/** Source: kubelet/images/image_gc_manager.go, kubelet.go. */
export function recordImages(
  recorder: EventRecorder,
  node: Node,
  reason: 'ImageGCFailed' | 'FreeDiskSpaceFailed' | 'InvalidDiskCapacity',
  message: string,
): void {
  recorder.record(subjectOf(node), 'Warning', reason, message, node.metadata.name);
}

/** Source: kubelet/nodeshutdown. */
export function recordShutdown(recorder: EventRecorder, node: Node, message: string): void {
  recorder.record(subjectOf(node), 'Normal', 'NodeShutdown', message, node.metadata.name);
}

/** The kubelet names its node by name, not by uid, and kubectl describe looks for just that. */
const subjectOf = ({ metadata: { name } }: Node) =>
  ({ apiVersion: 'v1', kind: 'Node', namespace: '', name, uid: name }) as const;
