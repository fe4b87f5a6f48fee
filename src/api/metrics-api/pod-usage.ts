/** What the running containers of a pod use, as the runtime of its node says. */
import type { UsageAmounts } from '../../resources/metrics/metrics.ts';
import type { Stats, Usage } from '../../runtimes/runtime.ts';
import { amountOf, formatAmount } from '../../values/amounts.ts';
import type { KubeObject } from '../../values/object.ts';

export interface UsingPod extends KubeObject {
  spec?: {
    nodeName?: string;
    containers?: { name?: string; resources?: { requests?: Record<string, string> } }[];
  };
  status?: {
    phase?: string;
    containerStatuses?: {
      name?: string;
      state?: { running?: object };
      resources?: { requests?: Record<string, string> };
    }[];
  };
}

export interface ContainerUsage {
  readonly name: string;
  readonly usage: Usage;
}

/** As it prints: cpu in millis, memory in Ki, rounded up. */
export const amounts = ({ cpu, memory }: Usage): UsageAmounts => ({
  cpu: `${Math.ceil(cpu)}m`,
  memory: formatAmount('memory', Math.ceil(memory / 1_024) * 1_024),
});

export function usageOf(pod: UsingPod, stats: Stats, at: number): ContainerUsage[] {
  const running = (pod.status?.containerStatuses ?? []).filter(({ state }) => state?.running !== undefined);
  return (pod.spec?.containers ?? []).flatMap(({ name = '', resources: asked }) => {
    const status = running.find((one) => one.name === name);
    if (status === undefined) {
      return [];
    }
    // A resize that waits changes what is asked for, not what is there.
    const { cpu, memory } = (status.resources ?? asked)?.requests ?? {};
    const usage = stats.usage(
      {
        ...{ podUid: pod.metadata.uid ?? '', container: name },
        ...(cpu === undefined ? {} : { cpuRequest: amountOf('cpu', cpu) }),
        ...(memory === undefined ? {} : { memoryRequest: amountOf('memory', memory) }),
      },
      at,
    );
    return [{ name, usage }];
  });
}
