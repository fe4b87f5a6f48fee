/** Counts given as an integer or as a percentage of something. Source: apimachinery util/intstr. */
import type { IntOrPercent } from './kinds/apps.ts';

/** `round` says which way a percentage falls; an integer is itself. */
export function scaledValue(value: IntOrPercent, of: number, round: (n: number) => number): number {
  const percent = typeof value === 'string' && value.endsWith('%') ? Number.parseInt(value, 10) : undefined;
  return percent === undefined ? Number(value) : round((percent * of) / 100);
}
