/** What pages are made of: a node, its runtime, and what it holds when somebody looks. */
import type { Registry } from '../../registry/registry.ts';
import { ownUsage, type UsingPod, usageOf } from '../../resources/metrics/pod-usage.ts';
import type { Runtime, RuntimePod } from '../../runtimes/runtime.ts';
import type { Clock } from '../../timing/clock.ts';
import type { KubeletSettings } from '../context.ts';
import type { Node } from '../node.ts';
import type { Pod } from '../pod.ts';
import { podsOnNode } from '../pods-on-node.ts';
import { NodeCpu } from './node-cpu.ts';
import type { ProbeCounts } from './probe-counts.ts';
import type { NodeUsage } from './usage.ts';

/** Each page reads only what it needs. */
export interface NodeSight {
  readonly node: Node;
  readonly runtime: Runtime;
  readonly config: KubeletSettings;
  readonly now: number;
  readonly probes: ProbeCounts;
  pods(): Promise<readonly Pod[]>;
  runtimePods(): Promise<readonly RuntimePod[]>;
  usage(): Promise<NodeUsage>;
}

interface SightOptions {
  readonly registry: Registry;
  readonly config: KubeletSettings;
  readonly probes: ProbeCounts;
  readonly clock: Clock;
}

export function lookAtNodes({ registry, config, probes, clock }: SightOptions) {
  const cpu = new NodeCpu();
  return (node: Node, runtime: Runtime): NodeSight => {
    const { name } = node.metadata;
    const now = clock.now();
    const pods = (): Promise<Pod[]> => podsOnNode(registry, name);
    return {
      ...{ node, runtime, config, now, probes, pods },
      runtimePods: () => runtime.list([name]),
      async usage() {
        const { stats } = runtime;
        const all = stats === undefined ? [] : await pods();
        const used = await Promise.all(
          all.map(async (pod) => ({
            pod,
            containers: stats === undefined ? [] : await usageOf(pod as UsingPod, stats, now),
          })),
        );
        return cpu.count(
          name,
          { own: ownUsage(stats ?? {}), pods: used.filter(({ containers }) => containers.length > 0) },
          now,
        );
      },
    };
  };
}
