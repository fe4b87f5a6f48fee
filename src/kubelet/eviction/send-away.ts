/** Marks a pod that is to leave its node, and tells of it: its own pass, which is woken, stops it. */
import type { Fence } from '../../registry/registry.ts';
import type { KubeletContext } from '../context.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';
import { podEvents } from '../pod-events.ts';
import { markEvicted } from './evicted.ts';

export interface Leave {
  /** In the pod's condition. */
  readonly mark: string;
  readonly event: { readonly reason: string; readonly message: string };
}

export async function sendAway(
  context: KubeletContext,
  { pod, node }: { readonly pod: Pod; readonly node: Node },
  { mark, event }: Leave,
  fence: Fence,
): Promise<void> {
  const { uid, namespace, name } = pod.metadata;
  const change = (object: Pod): boolean => {
    markEvicted(object, mark, context.clock.now());
    return true;
  };
  const options = { subresource: 'status', uid, fence, component: 'kubelet' } as const;
  const stored = await context.registry.modify<Pod>('pods', namespace, name, change, options);
  if (stored !== undefined) {
    podEvents(context.recorder, pod)('Warning', event.reason, event.message);
    context.wake({ pod, node });
  }
}
