/** A list as its pages come: what was read with its beginning, then what is read as it is asked for. */
import type { ListedStream, ObjectText } from '../../registry/registry.ts';

export async function* pagesOf(
  first: readonly ObjectText[],
  rest: ListedStream['rest'],
): AsyncGenerator<readonly ObjectText[]> {
  yield first;
  yield* rest ?? [];
}
