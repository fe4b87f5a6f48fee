/** The kubelet's own metrics: what it has in hand. Source: kubelet/metrics/metrics.go. */
import type { RuntimeContainer } from '../../runtimes/runtime.ts';
import { exposition } from './exposition.ts';
import type { NodeSight } from './node-sight.ts';

const STATES = ['created', 'running', 'exited'] as const;

export async function kubeletMetrics(sight: NodeSight): Promise<string> {
  const [pods, runtimePods] = await Promise.all([sight.pods(), sight.runtimePods()]);
  const containers = runtimePods.flatMap((pod) => pod.containers);
  const inState = (phase: RuntimeContainer['state']['phase']): number =>
    containers.filter(({ state }) => state.phase === phase).length;
  return exposition([
    {
      ...{ name: 'kubelet_node_name', type: 'gauge', help: "[ALPHA] The node's name. The count is always 1." },
      samples: [{ labels: { node: sight.node.metadata.name }, value: 1 }],
    },
    {
      ...{ name: 'kubelet_desired_pods', type: 'gauge' },
      help: '[ALPHA] The number of pods the kubelet is being instructed to run. static is true if the pod is not from the apiserver.',
      samples: [{ labels: { static: '' }, value: pods.length }],
    },
    {
      ...{ name: 'kubelet_running_pods', type: 'gauge' },
      help: '[ALPHA] Number of pods that have a running pod sandbox',
      samples: [{ value: runtimePods.filter(({ sandbox }) => sandbox === 'ready').length }],
    },
    {
      ...{ name: 'kubelet_running_containers', type: 'gauge' },
      help: '[ALPHA] Number of containers currently running',
      samples: STATES.map((state) => ({ labels: { container_state: state }, value: inState(state) })),
    },
  ]);
}
