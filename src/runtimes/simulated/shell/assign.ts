/** Sets variables; answers what puts back those that were there before. */
export function assign(variables: Map<string, string>, values: ReadonlyMap<string, string>): () => void {
  const before = [...values.keys()].map((key) => [key, variables.get(key)] as const);
  for (const [key, value] of values) {
    variables.set(key, value);
  }
  return () => {
    for (const [key, value] of before) {
      value === undefined ? variables.delete(key) : variables.set(key, value);
    }
  };
}
