/** What a virtual node was told about itself: capacity, reservations, limits. Pure; bad values fall back and are named. */
import { amountOf } from '../values/amounts.ts';
import type { KubeletSettings } from './context.ts';
import { CAPACITY_ANNOTATION, KUBELET_ANNOTATION, type Node } from './node.ts';

export interface NodeSettings {
  readonly capacity: Readonly<Record<string, string>>;
  readonly reserved: readonly Readonly<Record<string, string>>[];
  readonly leaseDurationSeconds: number;
  readonly nodeStatusUpdateMs: number;
  /** Annotations that could not be read, for an event. */
  readonly problems: readonly string[];
}

const DEFAULT_CAPACITY: Readonly<Record<string, string>> = {
  cpu: '32',
  memory: '256Gi',
  pods: '110',
  'ephemeral-storage': '1Ti',
};

interface KubeletAnnotation {
  readonly maxPods?: number;
  readonly kubeReserved?: Readonly<Record<string, string>>;
  readonly systemReserved?: Readonly<Record<string, string>>;
  readonly leaseDurationSeconds?: number;
  readonly nodeStatusUpdateFrequencySeconds?: number;
}

export function nodeSettings(node: Node, config: KubeletSettings): NodeSettings {
  const problems: string[] = [];
  const own = readJson<KubeletAnnotation>(node, KUBELET_ANNOTATION, problems) ?? {};
  const annotated = readJson<Record<string, string | number>>(node, CAPACITY_ANNOTATION, problems);
  const given = annotated === undefined ? node.status?.capacity : texts(annotated);
  const maxPods = own.maxPods === undefined ? {} : { pods: String(own.maxPods) };
  const seconds = own.nodeStatusUpdateFrequencySeconds;
  return {
    capacity: { ...DEFAULT_CAPACITY, ...given, ...maxPods },
    reserved: [texts(own.kubeReserved ?? {}), texts(own.systemReserved ?? {})],
    leaseDurationSeconds: positive(own.leaseDurationSeconds) ?? config.leaseDurationSeconds,
    nodeStatusUpdateMs: (positive(seconds) ?? config.nodeStatusUpdateMs / 1_000) * 1_000,
    problems,
  };
}

const positive = (value: unknown): number | undefined => (typeof value === 'number' && value > 0 ? value : undefined);

const texts = (quantities: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(quantities).map(([name, value]) => [name, String(value)]));

function readJson<T extends object>(node: Node, annotation: string, problems: string[]): T | undefined {
  const text = node.metadata.annotations?.[annotation];
  if (text === undefined || text === '') {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as T;
    }
    problems.push(`annotation ${annotation} is no JSON object`);
  } catch (error) {
    problems.push(`annotation ${annotation} is no JSON: ${(error as Error).message}`);
  }
  return undefined;
}

/** As KubeletConfiguration writes the thresholds below. */
export const EVICTION_HARD = { 'memory.available': '100Mi', 'nodefs.available': '10%' } as const;

/** Below this the kubelet would evict, so it is not given out. Source: KubeletConfiguration evictionHard. */
const EVICTION: Readonly<Record<string, (capacity: number) => number>> = {
  memory: () => 100 * 2 ** 20,
  'ephemeral-storage': (capacity) => Math.ceil(capacity / 10),
};

/** Capacity less what is reserved and less the hard eviction thresholds; never negative. */
export function allocatableAmounts({ capacity, reserved }: NodeSettings): Map<string, number> {
  return new Map(
    Object.entries(capacity).map(([name, text]) => {
      const whole = amountOf(name, text);
      const held = reserved.reduce((sum, quantities) => sum + amountOf(name, quantities[name] ?? '0'), 0);
      return [name, Math.max(0, whole - held - (EVICTION[name]?.(whole) ?? 0))];
    }),
  );
}
