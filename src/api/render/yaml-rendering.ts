/** What was rendered as JSON, in YAML. A list item by item: its library takes milliseconds for a pod. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListedStream } from '../../registry/registry.ts';
import { nextRound } from '../../timing/turns.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { pagesOf } from './list-pages.ts';
import { listMeta, type Rendering } from './rendering.ts';
import { entryPieces, PIECE_CHARACTERS, renderYaml } from './yaml-pieces.ts';

/** Characters: parsing it is a turn of its own. */
const LONG_ITEM = 128 * 1024;

/** What stands around the items, and under which key they stand. */
function frameOf(rendering: Rendering, listed: Omit<ListedStream, 'rest'>): [head: string, key: string] {
  const frame = Object.entries(JSON.parse(`${rendering.open(listMeta(listed))}null${rendering.close}`) as object);
  const isPlace = (value: unknown): boolean => Array.isArray(value) && value.length === 1 && value[0] === null;
  const [key = ''] = frame.find(([, value]) => isPlace(value)) ?? [];
  return [renderYaml(Object.fromEntries(frame.filter(([name]) => name !== key))), key];
}

export async function* yamlListChunks(
  rendering: Rendering,
  listed: Omit<ListedStream, 'rest'>,
  rest: ListedStream['rest'],
): AsyncGenerator<Buffer> {
  const gathered = new GatheredBytes();
  const [head, key] = frameOf(rendering, listed);
  gathered.add(head);
  let characters = 0;
  let isEmpty = true;
  for await (const page of pagesOf(listed.items, rest)) {
    for (const stored of page) {
      gathered.add(isEmpty ? `${key}:\n` : '');
      isEmpty = false;
      const json = rendering.item(stored);
      const item: unknown = JSON.parse(json);
      if (json.length > LONG_ITEM) {
        await nextRound();
      }
      for (const piece of entryPieces([item], '', PIECE_CHARACTERS)) {
        gathered.add(piece);
        characters += piece.length;
        if (characters > PIECE_CHARACTERS) {
          characters = 0;
          yield* gathered.full();
          await nextTurn();
        }
      }
    }
  }
  gathered.add(isEmpty ? `${key}: []\n` : '');
  yield* gathered.rest();
}
