/** Answers in protobuf, from the JSON form in which everything is stored and rendered. */
import type { JsonObject } from '../../values/object.ts';
import { compileWriter, type MessageWriter, messageWriter } from './compile-writer.ts';
import { envelopeParts } from './envelope.ts';
import { parseFields } from './parse-fields.ts';
import { componentOf } from './roots.ts';
import { LENGTH_DELIMITED, newWriter, tagOf } from './wire.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const LIST_META = `${META}.ListMeta`;
const METADATA = tagOf(1, LENGTH_DELIMITED);
const ITEMS = tagOf(2, LENGTH_DELIMITED);
const EVENT_TYPE = tagOf(1, LENGTH_DELIMITED);
const EVENT_OBJECT = tagOf(2, LENGTH_DELIMITED);
const RAW = tagOf(1, LENGTH_DELIMITED);

/** Of any kind, also of those that have no protobuf form themselves. */
const PARTIAL = compileWriter(parseFields('', 'metadata 1'), {
  properties: { metadata: { $ref: `#/components/schemas/${META}.ObjectMeta` } },
});
const PARTIAL_TYPE = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

/** That of a kind, never a list's. */
export const hasProtobufForm = (apiVersion: string, kind: string): boolean =>
  componentOf(apiVersion, kind) !== undefined;

function writerFor({ apiVersion, kind }: Typed): MessageWriter {
  if (apiVersion === PARTIAL_TYPE.apiVersion && kind === PARTIAL_TYPE.kind) {
    return PARTIAL;
  }
  const component = componentOf(apiVersion, kind);
  if (component === undefined) {
    throw new Error(`no protobuf form of ${apiVersion} ${kind}`);
  }
  return messageWriter(component);
}

/** Of one object, a list apart. */
export function encodeProtobuf(object: JsonObject & Typed): Buffer {
  const writer = newWriter();
  writerFor(object)(writer, object);
  const message = writer.finish();
  const [head, ending] = envelopeParts(object.apiVersion, object.kind, message.length);
  return Buffer.concat([head, message, ending]);
}

/** A list's message in pieces, `metadata` the first: once all are made their length is known, with which it begins. */
export class ListEncoder {
  readonly #list: Typed;
  readonly #writeItem: MessageWriter;
  readonly metadata: Uint8Array;

  /** `list`: type and metadata; its items are not looked at. */
  constructor(list: JsonObject & Typed) {
    const { apiVersion, kind, metadata } = list;
    this.#list = { apiVersion, kind };
    this.#writeItem = writerFor({ apiVersion, kind: kind.replace(/List$/, '') });
    const writer = newWriter();
    messageWriter(LIST_META)(writer.uint32(METADATA).fork(), (metadata ?? {}) as JsonObject);
    this.metadata = writer.ldelim().finish();
  }

  items(items: readonly JsonObject[]): Uint8Array {
    const writer = newWriter();
    for (const item of items) {
      this.#writeItem(writer.uint32(ITEMS).fork(), item);
      writer.ldelim();
    }
    return writer.finish();
  }

  /** Around the pieces, which have so many bytes. */
  envelope(bytes: number): readonly [head: Uint8Array, ending: Uint8Array] {
    return envelopeParts(this.#list.apiVersion, this.#list.kind, bytes);
  }
}

/** meta/v1 WatchEvent, which stands in no envelope; its object does. */
export function encodeEvent(type: string, object: JsonObject & Typed): Uint8Array {
  const writer = newWriter().uint32(EVENT_TYPE).string(type);
  writer.uint32(EVENT_OBJECT).fork().uint32(RAW).bytes(encodeProtobuf(object));
  return writer.ldelim().finish();
}
