/** One watch event as a line of JSON. Lines of plain objects are made once and shared by all watchers. */
import type { Status } from '../../errors.ts';
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import type { Rendering } from '../render/rendering.ts';

type EventType = WatchEvent['type'] | 'BOOKMARK' | 'ERROR';
export type EncodeEvent = (event: WatchEvent) => Buffer;

const line = (type: EventType, object: string): Buffer => Buffer.from(`{"type":"${type}","object":${object}}\n`);

/** Lives as long as the feed holds the object. */
const sharedLines = new WeakMap<StoredObject, Map<EventType, Buffer>>();

function sharedLine({ type, object }: WatchEvent, rendering: Rendering): Buffer {
  let lines = sharedLines.get(object);
  if (lines === undefined) {
    lines = new Map();
    sharedLines.set(object, lines);
  }
  let shared = lines.get(type);
  if (shared === undefined) {
    shared = line(type, rendering.single(object));
    lines.set(type, shared);
  }
  return shared;
}

/** `shared`: the rendering is the plain one, the same for everybody. */
export const eventEncoder = (rendering: Rendering, shared: boolean): EncodeEvent =>
  shared ? (event) => sharedLine(event, rendering) : ({ type, object }) => line(type, rendering.single(object));

const INITIAL_END = { 'k8s.io/initial-events-end': 'true' };

export const bookmarkLine = (rendering: Rendering, revision: number): Buffer =>
  line('BOOKMARK', rendering.bookmark(revision));
export const initialEndLine = (rendering: Rendering, revision: number): Buffer =>
  line('BOOKMARK', rendering.bookmark(revision, INITIAL_END));
export const errorLine = (status: Status): Buffer => line('ERROR', JSON.stringify(status));
