/** A list's text in pieces of about a chunk, so that a long one neither blocks the thread nor exists twice. */
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { listMeta, type Rendering } from './rendering.ts';

const CHUNK_CHARACTERS = 256 * 1024;

function* itemChunks(rendering: Rendering, items: readonly ObjectText[], isFirst: boolean): Generator<string> {
  let text = '';
  let separator = isFirst ? '' : ',';
  for (const stored of items) {
    text += separator + rendering.item(stored);
    separator = ',';
    if (text.length > CHUNK_CHARACTERS) {
      yield text;
      text = '';
    }
  }
  if (text !== '') {
    yield text;
  }
}

export function* listChunks(rendering: Rendering, listed: Omit<ListedStream, 'rest'>): Generator<string> {
  yield rendering.open(listMeta(listed));
  yield* itemChunks(rendering, listed.items, true);
  yield rendering.close;
}

/** `rest` is read as the chunks are asked for; there is none when the first items are none. */
export async function* streamedListChunks(
  rendering: Rendering,
  listed: Omit<ListedStream, 'rest' | 'json'>,
  rest: AsyncIterable<readonly ObjectText[]>,
): AsyncGenerator<string> {
  yield rendering.open(listMeta(listed));
  yield* itemChunks(rendering, listed.items, true);
  for await (const items of rest) {
    yield* itemChunks(rendering, items, false);
  }
  yield rendering.close;
}
