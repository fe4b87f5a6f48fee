/**
 * A node's CPU time, counted from look to look: pods come and go, so a sum over those that are there would fall, and a
 * counter must not. It begins at 0 in each process, as counters do.
 */
import type { Usage } from '../../resources/metrics/pod-usage.ts';
import { BoundedMap } from '../../timing/bounded-map.ts';
import { type NodeUsage, totalOf, type UsedPod } from './usage.ts';

interface Count {
  readonly at: number;
  /** milli-CPU at that time. */
  readonly cpu: number;
  readonly seconds: number;
}

const MAX_NODES = 10_000;

export class NodeCpu {
  readonly #counts = new BoundedMap<string, Count>(MAX_NODES);

  count(nodeName: string, { own, pods }: { own: Usage; pods: readonly UsedPod[] }, at: number): NodeUsage {
    const all = totalOf([own, ...pods.flatMap(({ containers }) => containers.map(({ usage }) => usage))]);
    const { cpu } = all;
    const before = this.#counts.get(nodeName) ?? { at, cpu, seconds: 0 };
    const elapsed = Math.max(0, at - before.at);
    const seconds = before.seconds + (((before.cpu + cpu) / 2) * elapsed) / 1_000_000;
    this.#counts.set(nodeName, { at: Math.max(at, before.at), cpu, seconds });
    return { pods, total: { ...all, cpuSeconds: seconds } };
  }
}
