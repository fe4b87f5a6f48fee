import type { Variables } from './program.ts';

/** Sets variables; answers what puts back those that were there before. */
export function assign(variables: Variables, values: ReadonlyMap<string, string>): () => void {
  const before = [...values.keys()].map((key) => [key, variables.get(key)] as const);
  for (const [key, value] of values) {
    variables.set(key, value);
  }
  return () => {
    // All go first: what was there before had room.
    for (const [key] of before) {
      variables.delete(key);
    }
    for (const [key, value] of before) {
      value === undefined || variables.set(key, value);
    }
  };
}
