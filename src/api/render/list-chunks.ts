/** A list's text in pieces of about a chunk, so that a long one neither blocks the thread nor exists twice. */
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { pagesOf } from './list-pages.ts';
import { listMeta, type Rendering } from './rendering.ts';

const CHUNK_CHARACTERS = 256 * 1024;

function* itemChunks(rendering: Rendering, items: readonly ObjectText[]): Generator<string> {
  let text = '';
  let separator = '';
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
  yield* itemChunks(rendering, listed.items);
  yield rendering.close;
}

/** `rest` is read as the chunks are asked for; there is none when the first items are none. */
export async function* streamedListChunks(
  rendering: Rendering,
  listed: Omit<ListedStream, 'rest' | 'json'>,
  rest: AsyncIterable<readonly ObjectText[]>,
): AsyncGenerator<Buffer> {
  const gathered = new GatheredBytes();
  gathered.add(rendering.open(listMeta(listed)));
  let isFirst = true;
  for await (const items of pagesOf(listed.items, rest)) {
    for (const stored of items) {
      if (!isFirst) {
        gathered.add(',');
      }
      isFirst = false;
      for (const part of rendering.parts?.(stored) ?? [rendering.item(stored)]) {
        gathered.add(part);
      }
    }
    yield* gathered.full();
  }
  gathered.add(rendering.close);
  yield* gathered.rest();
}
