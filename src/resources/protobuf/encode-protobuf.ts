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

function enveloped({ apiVersion, kind }: Typed, message: readonly Uint8Array[]): Uint8Array[] {
  const bytes = message.reduce((sum, { length }) => sum + length, 0);
  const [head, ending] = envelopeParts(apiVersion, kind, bytes);
  return [head, ...message, ending];
}

/** Of one object, a list apart. */
export function encodeProtobuf(object: JsonObject & Typed): Buffer {
  const writer = newWriter();
  writerFor(object)(writer, object);
  return Buffer.concat(enveloped(object, [writer.finish()]));
}

/** A list's message from pieces made one at a time: it is only as a whole that its length is known. */
export class ListEncoder {
  readonly #list: Typed;
  readonly #writeItem: MessageWriter;
  readonly #parts: Uint8Array[] = [];

  /** `list`: type and metadata; its items are not looked at. */
  constructor(list: JsonObject & Typed) {
    const { apiVersion, kind, metadata } = list;
    this.#list = { apiVersion, kind };
    this.#writeItem = writerFor({ apiVersion, kind: kind.replace(/List$/, '') });
    const writer = newWriter();
    messageWriter(LIST_META)(writer.uint32(METADATA).fork(), (metadata ?? {}) as JsonObject);
    this.#parts.push(writer.ldelim().finish());
  }

  add(items: readonly JsonObject[]): void {
    const writer = newWriter();
    for (const item of items) {
      this.#writeItem(writer.uint32(ITEMS).fork(), item);
      writer.ldelim();
    }
    this.#parts.push(writer.finish());
  }

  finish(): readonly Uint8Array[] {
    return enveloped(this.#list, this.#parts);
  }
}

/** meta/v1 WatchEvent, which stands in no envelope; its object does. */
export function encodeEvent(type: string, object: JsonObject & Typed): Uint8Array {
  const writer = newWriter().uint32(EVENT_TYPE).string(type);
  writer.uint32(EVENT_OBJECT).fork().uint32(RAW).bytes(encodeProtobuf(object));
  return writer.ldelim().finish();
}
