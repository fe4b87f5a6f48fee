/** What the running containers of a pod use, as the runtime of its node says. */

import { amountOf, formatAmount } from '../../values/amounts.ts';
import type { KubeObject } from '../../values/object.ts';
import { parseTime } from '../../values/rfc3339.ts';
import { runtimeUid } from '../pod/mirror-pod.ts';
import type { UsageAmounts } from './metrics.ts';

/** Bytes, and files where they are counted. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes?: number;
}
/** milli-CPU, bytes, and where they are counted seconds of CPU since the start and bytes on disk; of these log and root. */
export interface Usage {
  cpu: number;
  memory: number;
  cpuSeconds?: number;
  ephemeralStorage?: number;
  logs?: DiskUse;
  rootfs?: DiskUse;
}
/** Structurally runtimes/runtime.ts' Stats: resources/ may not import runtimes/. */
export interface UsageSource {
  /** Only of those that simulate. */
  readonly fills?: unknown;
  usage(
    query: {
      podUid: string;
      container: string;
      cpuRequest?: number;
      memoryRequest?: number;
      startedAt?: number;
      pod?: { namespace: string; labels: Readonly<Record<string, string>>; nodeName: string; image: string };
    },
    at: number,
  ): Usage | undefined | Promise<Usage | undefined>;
}

/** What a simulated node uses beside its pods: milli-CPU and bytes. */
export const NODE_OWN_USAGE: Readonly<Pick<Usage, 'cpu' | 'memory'>> = { cpu: 50, memory: 256 * 1024 * 1024 };

/** Of a node whose pods are real its host is not counted: other nodes are on it too. */
export const ownUsage = ({ fills }: Pick<UsageSource, 'fills'>): Pick<Usage, 'cpu' | 'memory'> =>
  fills === undefined ? { cpu: 0, memory: 0 } : { ...NODE_OWN_USAGE };

interface Asked {
  name?: string;
  image?: string;
  resources?: { requests?: Record<string, string> };
}
interface Reported {
  name?: string;
  state?: { running?: { startedAt?: string | null } };
  resources?: { requests?: Record<string, string> };
}

export interface UsingPod extends KubeObject {
  spec?: { nodeName?: string; initContainers?: Asked[]; containers?: Asked[]; ephemeralContainers?: Asked[] };
  status?: {
    phase?: string;
    initContainerStatuses?: Reported[];
    containerStatuses?: Reported[];
    ephemeralContainerStatuses?: Reported[];
  };
}

export interface ContainerUsage {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly usage: Usage;
}

/** As it prints: cpu in millis, memory in Ki, rounded up. */
export const amounts = ({ cpu, memory }: Usage): UsageAmounts => ({
  cpu: `${Math.ceil(cpu)}m`,
  memory: formatAmount('memory', Math.ceil(memory / 1_024) * 1_024),
});

/** The main ones, sidecars and other init containers, and those to look into the pod with: each name is one of them. */
const containersOf = ({ spec = {}, status = {} }: UsingPod): readonly [Asked[], Reported[]] => [
  [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])],
  [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ],
];

export async function usageOf(pod: UsingPod, stats: UsageSource, at: number): Promise<ContainerUsage[]> {
  const [containers, statuses] = containersOf(pod);
  const running = new Map(statuses.flatMap((one) => (one.state?.running ? [[one.name, one] as const] : [])));
  const { namespace = '', labels = {} } = pod.metadata;
  const about = { namespace, labels, nodeName: pod.spec?.nodeName ?? '' };
  const measured = containers.map(async ({ name = '', image = '', resources: asked }) => {
    const status = running.get(name);
    if (status === undefined) {
      return [];
    }
    // A resize that waits changes what is asked for, not what is there.
    const { cpu, memory } = (status.resources ?? asked)?.requests ?? {};
    const startedAt = parseTime(status.state?.running?.startedAt);
    const usage = await stats.usage(
      {
        ...{ podUid: runtimeUid(pod), container: name, pod: { ...about, image } },
        ...(cpu === undefined ? {} : { cpuRequest: amountOf('cpu', cpu) }),
        ...(memory === undefined ? {} : { memoryRequest: amountOf('memory', memory) }),
        ...(startedAt === undefined ? {} : { startedAt }),
      },
      at,
    );
    return usage === undefined ? [] : [{ name, startedAt, usage }];
  });
  return (await Promise.all(measured)).flat();
}
