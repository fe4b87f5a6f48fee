/**
 * Items that a list has twice, and items of one list in another, each in one pass: a request's lists have up to 50,000
 * items, and looking through one list for each item of another held the server for up to ten seconds.
 */

/** Whether the item at an index is the same as one before it. Objects are compared by identity, so give texts. */
export function repeatsOf(items: readonly unknown[]): (index: number) => boolean {
  const seen = new Set<unknown>();
  const repeated = new Set<number>();
  for (const [index, item] of items.entries()) {
    if (seen.has(item)) {
      repeated.add(index);
    }
    seen.add(item);
  }
  return (index) => repeated.has(index);
}

/** The first item of each name; those without one are under the empty name. */
export function byName<T extends { name?: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const item of items) {
    const { name = '' } = item;
    if (!found.has(name)) {
      found.set(name, item);
    }
  }
  return found;
}
