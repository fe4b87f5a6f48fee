/** Whether two JSON values say the same, whatever the order of their keys. Pure. An undefined member counts as a member. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b || typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => isSameJson(item, b[at]))
    );
  }
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => hasSame(a, b, name));
}

const hasSame = (a: object, b: object, name: string): boolean =>
  Object.hasOwn(b, name) && isSameJson((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]);
