/** Counts as Go writes them to the wire, where those of 0 are left out. */
export const presentCounts = <T extends Record<string, number>>(counts: T): Partial<T> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<T>;
