/**
 * Answers of the verbs. Everything is JSON text already: nothing here serialises an object that was not built here, but
 * for those clients that want another format.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { encodeProtobuf } from '../../resources/protobuf/encode-protobuf.ts';
import { nextRound } from '../../timing/turns.ts';
import { asksForIndents, indented, indentedRendering } from '../render/indented.ts';
import { listChunks, streamedListChunks } from '../render/list-chunks.ts';
import { parseTyped, protobufListChunks, protobufOf, STEP_CHARACTERS } from '../render/protobuf-rendering.ts';
import { PIECE_CHARACTERS, renderYaml, yamlPieces } from '../render/yaml-pieces.ts';
import { yamlListChunks } from '../render/yaml-rendering.ts';
import type { Spools } from '../spool/spools.ts';
import { sendBytes, sendChunks } from './compress.ts';
import { JSON_TYPE, PROTOBUF_TYPE, YAML_TYPE } from './media-type.ts';
import type { Representation } from './negotiate.ts';
import type { View } from './view.ts';

/** Up to so many items a list is one text; longer ones are streamed, a turn of the event loop between chunks. */
const WHOLE_LIST_ITEMS = 100;

/** Characters. */
const LONG_JSON = 1_000_000;

type Format = Representation['format'];

const FORMATS: Readonly<Record<Format, { readonly type: string; readonly encode: (json: string) => Buffer }>> = {
  json: { type: JSON_TYPE, encode: (json) => Buffer.from(json) },
  yaml: { type: YAML_TYPE, encode: (json) => Buffer.from(renderYaml(JSON.parse(json))) },
  protobuf: { type: PROTOBUF_TYPE, encode: protobufOf },
};

/** A promise where the answer is written in pieces. */
export type Sent = FastifyReply | Promise<FastifyReply>;

/** Bytes, not a string: to a string's type Fastify appends a charset, and clients compare the media type exactly. */
export function sendText(reply: FastifyReply, format: Format, json: string, code = 200): Sent {
  const { type, encode } = FORMATS[format];
  if (format === 'yaml' && json.length > PIECE_CHARACTERS) {
    return sendLongYaml(reply.code(code).header('content-type', type), json);
  }
  if (format === 'protobuf' && json.length > STEP_CHARACTERS) {
    return sendLongProtobuf(reply.code(code).header('content-type', type), json);
  }
  const text = format === 'json' && asksForIndents(reply.request) ? indented(json) : json;
  if (format === 'json' && text.length > LONG_JSON) {
    return sendLongJson(reply.code(code).header('content-type', type), text);
  }
  return sendBytes(reply.code(code).header('content-type', type), encode(text));
}

/** Made, encoded and sent in a turn each: a Status that tells of a key of 3 MB tells it four times. */
async function sendLongJson(reply: FastifyReply, json: string): Promise<FastifyReply> {
  await nextRound();
  const bytes = Buffer.from(json);
  await nextRound();
  return sendBytes(reply, bytes);
}

/** Parsed and written in turns. */
async function sendLongYaml(reply: FastifyReply, json: string): Promise<FastifyReply> {
  await nextRound();
  const value: unknown = JSON.parse(json);
  await nextRound();
  return sendChunks(reply, yielding(yamlPieces(value)));
}

/** Parsed, encoded and sent in a turn each: of one object of 3 MB all three together are 200 ms. */
async function sendLongProtobuf(reply: FastifyReply, json: string): Promise<FastifyReply> {
  await nextRound();
  const object = parseTyped(json);
  await nextRound();
  const bytes = encodeProtobuf(object);
  await nextRound();
  return sendBytes(reply, bytes);
}

/** An object that was built for the answer. It has its type. */
export const sendBuilt = (reply: FastifyReply, format: Format, value: object, code = 200): Sent =>
  sendText(reply, format, JSON.stringify(value), code);

export const sendJson = (reply: FastifyReply, value: object, code = 200): Sent => sendBuilt(reply, 'json', value, code);

export const sendObject = (reply: FastifyReply, view: View, stored: ObjectText, code = 200): Sent =>
  sendText(reply, view.format, view.rendering.single(stored), code);

async function* yielding<T>(chunks: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  for await (const chunk of chunks) {
    yield chunk;
    await nextTurn();
  }
}

export async function sendList(
  reply: FastifyReply,
  view: View,
  listed: ListedStream,
  spools: Pick<Spools, 'open'>,
): Promise<FastifyReply> {
  const { format } = view;
  const { rest, ...first } = listed;
  const isIndented = format === 'json' && asksForIndents(reply.request);
  const isWhole = !isIndented && rest === undefined && listed.items.length <= WHOLE_LIST_ITEMS;
  const rendering = isIndented ? indentedRendering(view.rendering) : view.rendering;
  if (format === 'protobuf') {
    const chunks = protobufListChunks(rendering, first, rest, spools.open());
    return sendChunks(reply.code(200).header('content-type', PROTOBUF_TYPE), yielding(chunks));
  }
  if (format === 'yaml') {
    return sendChunks(reply.code(200).header('content-type', YAML_TYPE), yamlListChunks(rendering, first, rest));
  }
  if (isWhole) {
    return sendText(reply, format, [...listChunks(rendering, first)].join(''));
  }
  const chunks = rest === undefined ? listChunks(rendering, first) : streamedListChunks(rendering, first, rest);
  return sendChunks(reply.code(200).header('content-type', JSON_TYPE), yielding<string | Buffer>(chunks));
}

/** meta/v1 Status of a success that has no object to show. */
export const sendSuccess = (reply: FastifyReply, format: Format, code: number, details?: object): Sent =>
  sendBuilt(
    reply,
    format,
    {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      ...(details === undefined ? {} : { details }),
      ...(code === 200 ? {} : { code }),
    },
    code,
  );
