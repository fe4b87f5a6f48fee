/** The pods that are bound to the node, and those that its runtime runs. */
import type { RuntimePod } from '../../runtimes/runtime.ts';
import type { Pod } from '../pod.ts';

const listOf = (items: readonly object[]): object => ({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items });

export const podsPage = (pods: readonly Pod[]): object =>
  listOf(pods.map(({ metadata, spec, status }) => ({ metadata, spec, status })));

/** As far as a runtime knows them. */
export const runningPodsPage = (pods: readonly RuntimePod[]): object =>
  listOf(
    pods.flatMap(({ uid, namespace, name, nodeName, containers }) => {
      const running = containers.filter(({ state }) => state.phase === 'running');
      const spec = { nodeName, containers: running.map(({ name: container, image }) => ({ name: container, image })) };
      return running.length === 0 ? [] : [{ metadata: { name, namespace, uid }, spec, status: {} }];
    }),
  );
