/** Made when first asked for and kept: documents cost tens of milliseconds that a start does not have. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
