/** Groups items by the text that `textOf` answers; groups are in the order in which their texts first appear. */
export function groupedBy<T>(items: readonly T[], textOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const text = textOf(item);
    const group = groups.get(text) ?? [];
    group.push(item);
    groups.set(text, group);
  }
  return groups;
}
