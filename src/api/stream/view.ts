/** How a subscription shows objects: whole, some fields of them, or after the first time their status alone. */
import { decodeObject, renderJson, type StoredObject, type WatchEvent } from '../../registry/registry.ts';
import type { Wanted } from './messages.ts';
import { type Project, projectionOf } from './projection.ts';

export interface View {
  /** The same for those that show the same. */
  readonly key: string;
  object(stored: StoredObject): Buffer;
  /** Made once for all subscriptions that show the same. */
  event(event: WatchEvent): Buffer;
}
type Render = (stored: StoredObject, type: WatchEvent['type']) => string;

const renderWith =
  (project: Project): Render =>
  (stored) =>
    JSON.stringify(project(decodeObject(stored)));

const IDENTITY = renderWith(projectionOf([]));
const STATUS = renderWith(projectionOf(['status']));
const DELTAS: Readonly<Record<WatchEvent['type'], Render>> = {
  ADDED: renderJson,
  MODIFIED: STATUS,
  DELETED: IDENTITY,
};

/** By object, then by what is shown of it. Lives as long as the feed holds the object. */
const sharedEvents = new WeakMap<StoredObject, Map<string, Buffer>>();

function viewWith(key: string, render: Render): View {
  const encode = ({ type, object }: WatchEvent): Buffer =>
    Buffer.from(`{"type":"${type}","object":${render(object, type)}}`);
  return {
    key,
    object: (stored) => Buffer.from(render(stored, 'ADDED')),
    event(event) {
      const texts = sharedEvents.get(event.object) ?? new Map<string, Buffer>();
      sharedEvents.set(event.object, texts);
      const name = `${event.type} ${key}`;
      const text = texts.get(name) ?? encode(event);
      texts.set(name, text);
      return text;
    },
  };
}

const WHOLE = viewWith('', renderJson);
const STATUS_DELTAS = viewWith('deltas', (stored, type) => DELTAS[type](stored, type));

/** Throws 400 on fields that are none. */
export function viewOf({ fields, deltas }: Wanted): View {
  if (fields !== undefined) {
    return viewWith(JSON.stringify(fields), renderWith(projectionOf(fields)));
  }
  return deltas === undefined ? WHOLE : STATUS_DELTAS;
}
