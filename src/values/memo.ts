/**
 * Remembers the results of a pure function of a text: a fleet's objects repeat the same few amounts and names without
 * end. Only short texts, and all are forgotten when there are too many, so that no client can make it grow.
 */
const MAX_ENTRIES = 1_000;
const MAX_LENGTH = 64;

/** `compute` returns what nobody changes. */
export function memo<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || text.length > MAX_LENGTH) {
      return found ?? compute(text);
    }
    const result = compute(text);
    if (known.size >= MAX_ENTRIES) {
      known.clear();
    }
    known.set(text, result);
    return result;
  };
}
