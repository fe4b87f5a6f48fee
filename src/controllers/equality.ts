/** Deep equality of JSON values, whatever the order of their keys; undefined members count as absent. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) {
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return false;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => same(item, b[at]));
  }
  return isCovered(a as Members, b as Members) && isCovered(b as Members, a as Members, true);
}

type Members = Readonly<Record<string, unknown>>;

/** Every member of `a` is in `b`, and the same unless only presence is asked. */
function isCovered(a: Members, b: Members, presenceOnly = false): boolean {
  for (const key in a) {
    if (a[key] !== undefined && (presenceOnly ? b[key] === undefined : !same(a[key], b[key]))) {
      return false;
    }
  }
  return true;
}
