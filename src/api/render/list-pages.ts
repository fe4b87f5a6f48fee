/** The pages of a list: first the items that came with its head, then the others, read as they are asked for. */
import type { ListedStream, ObjectText } from '../../registry/registry.ts';

export async function* pagesOf(
  first: readonly ObjectText[],
  rest: ListedStream['rest'],
): AsyncGenerator<readonly ObjectText[]> {
  yield first;
  yield* rest ?? [];
}
