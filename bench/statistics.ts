/** Medians and percentiles. Pure. */

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

/** Nearest rank: the smallest value that at least `percent` of all do not exceed. NaN of nothing. */
export function percentile(values: Iterable<number>, percent: number): number {
  const sorted = ascending(values);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The mean of the two in the middle when the number is even. NaN of nothing. */
export function median(values: Iterable<number>): number {
  const sorted = ascending(values);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
