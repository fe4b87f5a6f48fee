/** Frames that carry objects: stored bodies are spliced into the text, never parsed. */
import { renderJson, type StoredObject, type WatchEvent } from '../../registry/registry.ts';

/** A frame ends with the object that takes it past this: small enough not to hold up a connection's other frames. */
const FRAME_CHARACTERS = 1024 * 1024;

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

/** `token` resumes after the last of these frames; those before have none, since a change may be split from its commit. */
export function changesFrames(id: string, events: readonly WatchEvent[], token: string | undefined): string[] {
  const chunks = chunksOf(events.map(({ type, object }) => `{"type":"${type}","object":${renderJson(object)}}`));
  const head = `{"type":"changes","id":${JSON.stringify(id)}`;
  return chunks.flatMap((chunk, index) => {
    const end = tokenField(index === chunks.length - 1 ? token : undefined);
    return chunk.length === 0 ? [] : [`${head}${end},"events":[${chunk.join(',')}]}`];
  });
}
