/** A list's text in pieces of about a chunk, so that a long one neither blocks the thread nor exists twice. */
import type { Listed } from '../../registry/registry.ts';
import { listMeta, type Rendering } from './rendering.ts';

const CHUNK_CHARACTERS = 256 * 1024;

export function* listChunks(rendering: Rendering, listed: Listed): Generator<string> {
  let text = rendering.open(listMeta(listed));
  let separator = '';
  for (const stored of listed.items) {
    text += separator + rendering.item(stored);
    separator = ',';
    if (text.length > CHUNK_CHARACTERS) {
      yield text;
      text = '';
    }
  }
  yield text + rendering.close;
}
