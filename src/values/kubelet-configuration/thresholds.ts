/** Eviction thresholds: a share of the capacity, or an amount. Pure. Source: kubelet/eviction/helpers.go. */
import { parseQuantity, roundUp } from '../quantity.ts';

export type EvictionSignal = (typeof SIGNALS)[number];
const SIGNALS = [
  ...(['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available'] as const),
  ...(['imagefs.inodesFree', 'containerfs.available', 'containerfs.inodesFree', 'pid.available'] as const),
] as const;

/** In bytes, inodes or processes, of which there are `capacity`. */
export type ThresholdValue = (capacity: number) => number;

export const isEvictionSignal = (text: string): text is EvictionSignal => (SIGNALS as readonly string[]).includes(text);

/** A message: what is wrong. undefined: 0 % and 100 % are no threshold. */
export function parseThreshold(signal: string, value: string): ThresholdValue | string | undefined {
  if (!isEvictionSignal(signal)) {
    return `unsupported eviction signal ${signal}`;
  }
  if (/^(0|100)%$/.test(value)) {
    return undefined;
  }
  const percent = /^(-?\d{1,9}(?:\.\d{1,9})?)%$/.exec(value)?.[1];
  if (percent !== undefined) {
    const share = Number(percent) / 100;
    if (share < 0 || share > 1) {
      return `eviction percentage threshold ${signal} must be ${share < 0 ? '>= 0%' : '<= 100%'}: ${value}`;
    }
    return (capacity) => Math.ceil(capacity * share);
  }
  const quantity = parseQuantity(value);
  const amount = quantity === undefined ? Number.NaN : Number(roundUp(quantity, 'unit'));
  if (!(amount > 0)) {
    return `eviction threshold ${signal} must be positive: ${value}`;
  }
  return () => amount;
}

export function thresholdProblems(thresholds: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(thresholds).flatMap(([signal, value]) => {
    const parsed = parseThreshold(signal, value);
    return typeof parsed === 'string' ? [parsed] : [];
  });
}
