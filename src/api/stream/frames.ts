/**
 * Frames that carry objects: stored bodies are spliced into the text, never parsed. The changes of a batch are encoded
 * once, however many subscriptions are sent it.
 */
import { renderJson, type StoredObject, type WatchEvent } from '../../registry/registry.ts';

/** A frame ends with the object that takes it past this: small enough not to hold up a connection's other frames. */
const FRAME_CHARACTERS = 256 * 1024;

/** Always at least one chunk, empty when there is nothing. */
function chunksOf(texts: readonly string[]): string[][] {
  let chunk: string[] = [];
  const chunks = [chunk];
  let size = 0;
  for (const text of texts) {
    if (size > FRAME_CHARACTERS) {
      chunk = [];
      chunks.push(chunk);
      size = 0;
    }
    chunk.push(text);
    size += text.length;
  }
  return chunks;
}

const tokenField = (token: string | undefined): string => (token === undefined ? '' : `,"token":"${token}"`);

/** `token`: the snapshot is whole with the last of these frames, and changes go on from there. */
export function snapshotFrames(id: string, objects: readonly StoredObject[], token: string | undefined): string[] {
  const chunks = chunksOf(objects.map(renderJson));
  const head = `{"type":"snapshot","id":${JSON.stringify(id)}`;
  return chunks.flatMap((chunk, index) => {
    const isLast = token !== undefined && index === chunks.length - 1;
    const end = isLast ? `"last":true${tokenField(token)}` : '"last":false';
    return chunk.length === 0 && !isLast ? [] : [`${head},${end},"objects":[${chunk.join(',')}]}`];
  });
}

/** What all frames of a batch share. Lives as long as the batch. */
interface EncodedBatch {
  readonly chunks: readonly Buffer[];
  /** Whole frames by subscription id and token: clients of one program name their subscriptions alike. */
  readonly frames: Map<string, readonly Buffer[]>;
}
const encodedBatches = new WeakMap<readonly WatchEvent[], EncodedBatch>();
/** Beyond it a frame is put together for each subscription: what a batch keeps must not grow with them. */
const MAX_KEPT_FRAMES = 16;
const CLOSE = Buffer.from(']}');

function encodeBatch(events: readonly WatchEvent[]): EncodedBatch {
  let encoded = encodedBatches.get(events);
  if (encoded === undefined) {
    const texts = events.map(({ type, object }) => `{"type":"${type}","object":${renderJson(object)}}`);
    const chunks = events.length === 0 ? [] : chunksOf(texts).map((chunk) => Buffer.from(chunk.join(',')));
    encoded = { chunks, frames: new Map() };
    encodedBatches.set(events, encoded);
  }
  return encoded;
}

/** `token` resumes after the last of these frames; those before have none, since a change may be split from its commit. */
export function changesFrames(id: string, events: readonly WatchEvent[], token: string | undefined): readonly Buffer[] {
  const { chunks, frames } = encodeBatch(events);
  const key = `${tokenField(token)} ${id}`;
  const kept = frames.get(key);
  if (kept !== undefined) {
    return kept;
  }
  const head = `{"type":"changes","id":${JSON.stringify(id)}`;
  const made = chunks.map((chunk, index) => {
    const end = tokenField(index === chunks.length - 1 ? token : undefined);
    return Buffer.concat([Buffer.from(`${head}${end},"events":[`), chunk, CLOSE]);
  });
  if (frames.size < MAX_KEPT_FRAMES) {
    frames.set(key, made);
  }
  return made;
}
