/** Pods `web` of a deployment with a budget and `agent` of a daemon set, as a watch tells of them. */
import type { WatchEvent } from './watch-recorder.ts';

export interface PromisedPod {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly phase: string; readonly conditions?: readonly { type: string; status: string }[] };
}

const isActive = ({ metadata, status }: PromisedPod): boolean =>
  metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(status.phase);
const isReady = (pod: PromisedPod): boolean =>
  isActive(pod) && (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

/** Goes through all that the watch told, and says what should never have been. */
export function brokenPromises(
  events: readonly WatchEvent<PromisedPod>[],
  replicas: number,
  minAvailable: number,
): string[] {
  const pods = new Map<string, PromisedPod>();
  const found: string[] = [];
  for (const { type, object } of events) {
    const { uid, name, labels = {}, deletionTimestamp } = object.metadata;
    const before = pods.get(uid);
    type === 'DELETED' ? pods.delete(uid) : pods.set(uid, object);
    const active = [...pods.values()].filter((pod) => isActive(pod) && pod.metadata.labels?.['app'] === labels['app']);
    const onNode = active.filter(({ spec }) => spec.nodeName === object.spec.nodeName);
    if (labels['app'] === 'web' && active.length > replicas) {
      found.push(`${active.length} pods of web when ${name} came`);
    }
    if (labels['app'] === 'agent' && object.spec.nodeName !== undefined && onNode.length > 1) {
      found.push(`${onNode.length} agents on ${object.spec.nodeName}`);
    }
    const isTaken = before !== undefined && isReady(before) && deletionTimestamp !== undefined;
    if (labels['app'] === 'web' && isTaken && active.filter(isReady).length < minAvailable) {
      found.push(`${active.filter(isReady).length} left when ${name} was evicted`);
    }
  }
  return found;
}
