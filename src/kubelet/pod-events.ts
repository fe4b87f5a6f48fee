/** The words of the kubelet about pods and their containers. Source: kubelet/events/event.go, kuberuntime. */
import type { EventRecorder, EventSubject } from '../registry/event-recorder.ts';
import type { Rate } from '../timing/token-bucket.ts';
import type { Pod } from './pod.ts';
import { hashOf } from './static-pods/mirror.ts';

export type Emit = (type: 'Normal' | 'Warning', reason: string, message: string, container?: string) => void;

/** Events about one pod; with `container`, about that container. `rate`: of its node's events, where the node has its own. */
export function podEvents(recorder: EventRecorder, pod: Pod, rate?: Rate): Emit {
  const { namespace, name } = pod.metadata;
  // Of a static pod they name what its file is, and kubectl describe looks for that.
  const uid = hashOf(pod) ?? pod.metadata.uid;
  const host = pod.spec.nodeName ?? '';
  const lists = ['initContainers', 'ephemeralContainers'] as const;
  return (type, reason, message, container) => {
    const list = lists.find((each) => pod.spec[each]?.some(({ name: one }) => one === container)) ?? 'containers';
    const subject: EventSubject = {
      ...{ apiVersion: 'v1', kind: 'Pod', namespace, name, uid },
      ...(container === undefined ? {} : { fieldPath: `spec.${list}{${container}}` }),
    };
    recorder.record(subject, type, reason, message, host, rate);
  };
}
