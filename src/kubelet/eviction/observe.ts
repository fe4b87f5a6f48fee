/** What a node has left of what it may run out of. Pure. */
import type { Room } from '../../runtimes/runtime.ts';
import { amountOf } from '../../values/amounts.ts';
import {
  type EvictionSignal,
  isEvictionSignal,
  parseThreshold,
} from '../../values/kubelet-configuration/thresholds.ts';
import type { Node } from '../node.ts';
import type { NodeSettings } from '../node-settings.ts';
import { SIGNALS } from './thresholds.ts';

/** What is left, by signal, as JSON: `{"memory.available": "50Mi", "nodefs.available": "3%"}`. */
export const SIGNALS_ANNOTATION = 'fleet.flotilla.dev/signals';

export type Observations = ReadonlyMap<EvictionSignal, Room>;

const OF_DISK: ReadonlySet<EvictionSignal> = new Set(
  (['nodefs', 'imagefs', 'containerfs'] as const).map((disk) => `${disk}.available` as const),
);

export function capacityOf(signal: EvictionSignal, { capacity }: Pick<NodeSettings, 'capacity'>): number {
  const { capacity: name, amount = 0 } = SIGNALS[signal];
  return name === undefined ? amount : amountOf(name, capacity[name] ?? '0');
}

export interface Known {
  /** Bytes of the disk that the node has freed since it was told. */
  readonly freed?: number;
  /** As measured, where neither the annotation nor a Fault says it. */
  readonly left?: Observations | undefined;
}

/**
 * What cannot be read is named in `problems`, and is not observed. `faulty`: signals that a Fault holds down.
 */
export function observeSignals(
  node: Node,
  settings: Pick<NodeSettings, 'capacity'>,
  problems: string[],
  faulty: Readonly<Record<string, string>> = {},
  { freed = 0, left = new Map() }: Known = {},
): Observations {
  const observed = new Map<EvictionSignal, Room>(left);
  for (const [signal, text] of Object.entries({ ...readAnnotation(node, problems), ...faulty })) {
    const available = isEvictionSignal(signal) ? leftOf(text) : `unsupported eviction signal ${signal}`;
    if (typeof available === 'string') {
      problems.push(`annotation ${SIGNALS_ANNOTATION}: ${available}`);
    } else if (isEvictionSignal(signal)) {
      const capacity = capacityOf(signal, settings);
      const more = faulty[signal] === undefined && OF_DISK.has(signal) ? freed : 0;
      observed.set(signal, {
        available: Math.min(available(capacity) + more, Math.max(available(capacity), capacity)),
        capacity,
      });
    }
  }
  return observed;
}

/** A share of the capacity or an amount, as thresholds are; nothing at all may be left. */
function leftOf(text: unknown): ((capacity: number) => number) | string {
  if (text === '0' || text === 0 || text === '0%') {
    return () => 0;
  }
  return parseThreshold('memory.available', String(text)) ?? ((capacity) => capacity);
}

function readAnnotation(node: Node, problems: string[]): Record<string, unknown> {
  const text = node.metadata.annotations?.[SIGNALS_ANNOTATION] ?? '';
  if (text === '') {
    return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    problems.push(`annotation ${SIGNALS_ANNOTATION} is no JSON object`);
  } catch (error) {
    problems.push(`annotation ${SIGNALS_ANNOTATION} is no JSON: ${(error as Error).message}`);
  }
  return {};
}
