/**
 * Watch events as the bytes that a transport writes. A batch is encoded once for all watches that are given it in one
 * form; an object once for all selections that it is in.
 */
import type { Status } from '../../errors.ts';
import type { StoredObject, WatchEvent } from '../../registry/registry.ts';
import type { View } from '../http/view.ts';
import type { Rendering } from '../render/rendering.ts';
import type { Framing } from './framing.ts';

type EventType = WatchEvent['type'] | 'BOOKMARK' | 'ERROR';
type Shown = Pick<View, 'rendering' | 'shape' | 'name'>;

/** Few enough bytes a write that a client that reads nothing costs little; more only where one event is larger. */
export const CHUNK_BYTES = 64 * 1024;

/** Characters of a body: as protobuf some milliseconds. */
const LONG_BODY = 128 * 1024;

const INITIAL_END = { 'k8s.io/initial-events-end': 'true' };

const json = (type: EventType, object: string): string => `{"type":"${type}","object":${object}}`;

/** A value for each key and name, made when first asked for, that lives as long as the key. */
class Shared<Key extends object, Value> {
  readonly #values = new WeakMap<Key, Map<string, Value>>();

  get(key: Key, name: string, make: () => Value): Value {
    let values = this.#values.get(key);
    if (values === undefined) {
      values = new Map();
      this.#values.set(key, values);
    }
    let value = values.get(name);
    if (value === undefined) {
      value = make();
      values.set(name, value);
    }
    return value;
  }

  set(key: Key, name: string, value: Value): void {
    this.get(key, name, () => value);
  }

  forget(key: Key, name: string): void {
    this.#values.get(key)?.delete(name);
  }
}

const sharedEvents = new Shared<StoredObject, Buffer>();
/** Until they are there. */
const preparedEvents = new Shared<StoredObject, Promise<void>>();
const sharedBatches = new Shared<readonly WatchEvent[], readonly Buffer[]>();

function toChunks(events: readonly Buffer[]): Buffer[] {
  const chunks: Buffer[] = [];
  let begun: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => {
    chunks.push(Buffer.concat(begun));
    begun = [];
    bytes = 0;
  };
  for (const event of events) {
    if (begun.length > 0 && bytes + event.length > CHUNK_BYTES) {
      finish();
    }
    begun.push(event);
    bytes += event.length;
  }
  if (begun.length > 0) {
    finish();
  }
  return chunks;
}

/** Of one watch. */
export class EventEncoder {
  readonly #view: Shown;
  readonly #framing: Framing;
  /** A table tells its columns once. Source: apiserver's handlers/response.go, watchEmbeddedEncoder. */
  #later: Rendering['later'];

  constructor(view: Shown, framing: Framing) {
    this.#view = view;
    this.#framing = framing;
    this.#later = view.rendering.later;
  }

  /** Before `events`: those whose encoding is long have turns of their own, once for all watches of one form. */
  async prepare(events: readonly WatchEvent[]): Promise<void> {
    const { rendering, shape } = this.#view;
    const { frameInTurns } = this.#framing;
    if (frameInTurns === undefined || shape !== 'object') {
      return;
    }
    for (const { type, object } of events) {
      if (object.body.length > LONG_BODY) {
        const name = this.#nameOf(type);
        const encode = async (): Promise<void> =>
          sharedEvents.set(object, name, await frameInTurns(json(type, rendering.single(object))));
        // What fails once is tried again by who comes later.
        await preparedEvents.get(object, name, () =>
          encode().catch((error: unknown) => {
            preparedEvents.forget(object, name);
            throw error;
          }),
        );
      }
    }
  }

  /** One write each. */
  events(events: readonly WatchEvent[]): readonly Buffer[] {
    const encode = (): readonly Buffer[] => toChunks(events.map((event) => this.#event(event)));
    const name = `${this.#framing.name} ${this.#view.name}`;
    // The first is this watch's own.
    return this.#later === undefined ? sharedBatches.get(events, name, encode) : encode();
  }

  bookmark(revision: number): Buffer {
    return this.#frame('BOOKMARK', this.#nextRendering().bookmark(revision));
  }
  initialEnd(revision: number): Buffer {
    return this.#frame('BOOKMARK', this.#nextRendering().bookmark(revision, INITIAL_END));
  }
  error(status: Status): Buffer {
    return this.#frame('ERROR', JSON.stringify(status));
  }

  /** Tables tell ages: only those of one moment are the same. */
  #event({ type, object }: WatchEvent): Buffer {
    const encode = (): Buffer => this.#frame(type, this.#nextRendering().single(object));
    return this.#view.shape === 'object' ? sharedEvents.get(object, this.#nameOf(type), encode) : encode();
  }

  /** Of one object's event, among its forms. */
  #nameOf(type: EventType): string {
    return `${this.#framing.name} ${type}`;
  }

  #nextRendering(): Pick<Rendering, 'single' | 'bookmark'> {
    const { rendering } = this.#view;
    const isFirst = this.#later !== undefined;
    this.#later = undefined;
    return isFirst ? rendering : (rendering.later ?? rendering);
  }

  #frame(type: EventType, object: string): Buffer {
    return this.#framing.frame(json(type, object));
  }
}
