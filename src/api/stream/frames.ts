/** Frames that carry objects or counters, put together of texts when they are sent and not before. */
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import type { View } from './view.ts';

/** A frame ends with the object that takes it past this: small enough not to hold up a connection's other frames. */
export const FRAME_BYTES = 256 * 1024;

export interface Frame {
  readonly data: Buffer;
  /** All up to it was sent with this frame; undefined: nobody can resume here. */
  readonly revision?: number;
}
export interface Frames {
  readonly isDone: boolean;
  next(): Frame;
}
export interface Framing {
  readonly id: string;
  readonly view: View;
  readonly tokenOf: (revision: number) => string;
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

const tokenField = (token: string | undefined): string => (token === undefined ? '' : `,"token":"${token}"`);
const headOf = (type: string, id: string): string => `{"type":"${type}","id":${JSON.stringify(id)}`;

const withCommas = (texts: readonly Buffer[]): Buffer[] =>
  texts.flatMap((text, index) => (index === 0 ? [text] : [COMMA, text]));
const listed = (texts: readonly Buffer[]): Buffer => Buffer.concat(withCommas(texts));
const joined = (head: string, texts: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from(head), ...withCommas(texts), END]);

/** The texts of the next frame. */
function textsFrom<T>(items: readonly T[], from: number, encode: (item: T) => Buffer): Buffer[] {
  const texts: Buffer[] = [];
  let bytes = 0;
  for (let at = from; at < items.length && bytes <= FRAME_BYTES; at += 1) {
    const text = encode(items[at] as T);
    texts.push(text);
    bytes += text.length;
  }
  return texts;
}

/** `revision`: the snapshot is whole with the last of these frames, and changes go on from there. */
export function snapshotFrames(
  { id, view, tokenOf }: Framing,
  objects: readonly StoredObject[],
  revision: number | undefined,
): Frames {
  let at = 0;
  let isDone = objects.length === 0 && revision === undefined;
  return {
    get isDone() {
      return isDone;
    },
    next() {
      const texts = textsFrom(objects, at, view.object);
      at += texts.length;
      isDone = at >= objects.length;
      const token = isDone && revision !== undefined ? tokenOf(revision) : undefined;
      const head = `${headOf('snapshot', id)},"last":${token !== undefined}${tokenField(token)},"objects":[`;
      const data = joined(head, texts);
      return token === undefined || revision === undefined ? { data } : { data, revision };
    },
  };
}

/** What all frames of a batch share, and some whole ones. Lives as long as the batch. */
interface EncodedBatch {
  readonly parts: Map<string, { readonly text: Buffer; readonly end: number }>;
  /** By what distinguishes them: clients of one program name their subscriptions alike. */
  readonly frames: Map<string, Buffer>;
}
const encodedBatches = new WeakMap<readonly WatchEvent[], EncodedBatch>();
/** Beyond it a frame is put together for each subscription: what a batch keeps must not grow with them. */
const MAX_KEPT_FRAMES = 16;

function batchOf(events: readonly WatchEvent[]): EncodedBatch {
  const batch = encodedBatches.get(events) ?? { parts: new Map(), frames: new Map() };
  encodedBatches.set(events, batch);
  return batch;
}

/** The events of a frame that begins at `from`, as one text, made once for all who see them alike. */
function encodedPart(events: readonly WatchEvent[], view: View, from: number): { text: Buffer; end: number } {
  const { parts } = batchOf(events);
  const key = `${view.key} ${from}`;
  let part = parts.get(key);
  if (part === undefined) {
    const texts = textsFrom(events, from, view.event);
    part = { text: listed(texts), end: from + texts.length };
    parts.set(key, part);
  }
  return part;
}

function keptFrame(events: readonly WatchEvent[], key: string, make: () => Buffer): Buffer {
  const { frames } = batchOf(events);
  const frame = frames.get(key) ?? make();
  if (frames.size < MAX_KEPT_FRAMES) {
    frames.set(key, frame);
  }
  return frame;
}

export const changesFrame = (id: string, texts: readonly Buffer[], token: string | undefined): Buffer =>
  joined(`${headOf('changes', id)}${tokenField(token)},"events":[`, texts);

/** `revision`: all up to it was sent with the last of these frames; undefined: in the middle of a snapshot. */
export function changesFrames(
  { id, view, tokenOf }: Framing,
  events: readonly WatchEvent[],
  revision: number | undefined,
): Frames {
  let at = 0;
  return {
    get isDone() {
      return at >= events.length;
    },
    next() {
      const { text, end } = encodedPart(events, view, at);
      const reached = revision === undefined ? undefined : revisionAfter(events, end, revision);
      const token = reached === undefined ? undefined : tokenOf(reached);
      const data = keptFrame(events, `${view.key} ${at} ${token} ${id}`, () => changesFrame(id, [text], token));
      at = end;
      return reached === undefined ? { data } : { data, revision: reached };
    },
  };
}

/** What one commit of many changes did may be split: then there is no revision between its parts. */
function revisionAfter(events: readonly WatchEvent[], end: number, whole: number): number | undefined {
  const [last, next] = [events[end - 1], events[end]];
  if (next === undefined) {
    return whole;
  }
  return last !== undefined && last.object.revision < next.object.revision ? last.object.revision : undefined;
}

/** `counts`: an array, as text. */
export const aggregateFrame = (id: string, counts: string, token: string): Buffer =>
  Buffer.from(`${headOf('aggregate', id)}${tokenField(token)},"counts":${counts}}`);
