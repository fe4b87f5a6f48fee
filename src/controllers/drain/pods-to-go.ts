/** How many pods of nodes that are not at work a drain would evict, or be refused. As judgePod, from what views know. */
import type { Registry } from '../../registry/registry.ts';
import { selectorTest } from '../../values/label-selector.ts';
import type { DrainRules } from '../draining/judge-pod.ts';
import { DAEMON_SETS } from '../kinds/daemon-set.ts';
import type { NodeInfo } from '../views/node-info.ts';
import { isFinished, type PodInfo } from '../views/pod-info.ts';
import type { Views } from '../views/views.ts';

export async function podsToGo(
  { registry, views }: { readonly registry: Pick<Registry, 'listRefs'>; readonly views: Pick<Views, 'podsOn'> },
  nodes: readonly NodeInfo[],
  { podSelector, ignoreDaemonSets }: DrainRules,
): Promise<ReadonlyMap<string, number>> {
  const isToAsk = ignoreDaemonSets === true && nodes.length > 0;
  const left = new Set(isToAsk ? (await registry.listRefs(DAEMON_SETS, {})).items.map(({ uid }) => uid) : []);
  const selected = podSelector === undefined ? () => true : selectorTest(podSelector);
  // A node itself controls its mirror pods.
  const stays = (pod: PodInfo, { uid }: NodeInfo): boolean =>
    !selected(pod.labels) || pod.controllerUid === uid || (left.has(pod.controllerUid) && !isFinished(pod));
  return new Map(
    nodes.map((node) => {
      let count = 0;
      for (const pod of views.podsOn(node.name)) {
        count += stays(pod, node) ? 0 : 1;
      }
      return [node.name, count];
    }),
  );
}
