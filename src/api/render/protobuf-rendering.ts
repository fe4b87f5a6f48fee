/** What was rendered as JSON, in protobuf. It is parsed for that: typed Go clients pay with time, all others do not. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { encodeProtobuf, ListEncoder } from '../../resources/protobuf/encode-protobuf.ts';
import { nextRound } from '../../timing/turns.ts';
import type { JsonObject } from '../../values/object.ts';
import { pagesOf } from './list-pages.ts';
import { listMeta, type Rendering } from './rendering.ts';

type Typed = Parameters<typeof encodeProtobuf>[0];

/** Characters of JSON between two turns of the event loop: some milliseconds. */
export const STEP_CHARACTERS = 128 * 1024;

/** `json` has its type, and is of a kind that has a protobuf form. */
export const parseTyped = (json: string): Typed => JSON.parse(json) as Typed;

export const protobufOf = (json: string): Buffer => encodeProtobuf(parseTyped(json));

/** Items as a step takes them. */
async function* steps(
  rendering: Rendering,
  stored: AsyncIterable<readonly ObjectText[]>,
): AsyncGenerator<JsonObject[]> {
  for await (const page of stored) {
    let items: JsonObject[] = [];
    let characters = 0;
    for (const object of page) {
      const json = rendering.item(object);
      items.push(JSON.parse(json) as JsonObject);
      characters += json.length;
      if (json.length > STEP_CHARACTERS) {
        // Parsing one that is long is a turn of its own.
        await nextRound();
      }
      if (characters > STEP_CHARACTERS) {
        yield items;
        await nextTurn();
        items = [];
        characters = 0;
      }
    }
    yield items;
  }
}

/** Where the pieces of a message are kept until all are made. */
export interface Pieces {
  readonly bytes: number;
  add(piece: Uint8Array): Promise<void>;
  chunks(): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** The first comes when all are made: a message begins with its length. */
export async function* protobufListChunks(
  rendering: Rendering,
  listed: Omit<ListedStream, 'rest'>,
  rest: ListedStream['rest'],
  pieces: Pieces,
): AsyncGenerator<Uint8Array> {
  const encoder = new ListEncoder(JSON.parse(rendering.open(listMeta(listed)) + rendering.close) as Typed);
  try {
    await pieces.add(encoder.metadata);
    for await (const items of steps(rendering, pagesOf(listed.items, rest))) {
      await pieces.add(encoder.items(items));
    }
    const [head, ending] = encoder.envelope(pieces.bytes);
    yield head;
    yield* pieces.chunks();
    yield ending;
  } finally {
    await pieces.close();
  }
}
