/** Answers of the verbs. Everything is text already: nothing here serialises an object that was not built here. */
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { listChunks, streamedListChunks } from '../render/list-chunks.ts';
import { JSON_TYPE, YAML_TYPE } from './media-type.ts';
import { renderYaml } from './parse-yaml.ts';
import type { View } from './view.ts';

/** Up to so many items a list is one text; longer ones are streamed, a turn of the event loop between chunks. */
const WHOLE_LIST_ITEMS = 100;
/** Bytes are counted, so that a chunk is asked for when the socket has taken those before. */
const STREAM_OPTIONS = { objectMode: false };

/** Bytes, not a string: to a string's type Fastify appends a charset, and clients compare the media type exactly. */
export function sendText(reply: FastifyReply, format: View['format'], json: string, code = 200): FastifyReply {
  const [type, text] = format === 'json' ? [JSON_TYPE, json] : [YAML_TYPE, renderYaml(JSON.parse(json))];
  return reply.code(code).header('content-type', type).send(Buffer.from(text));
}

export const sendJson = (reply: FastifyReply, value: object, code = 200): FastifyReply =>
  sendText(reply, 'json', JSON.stringify(value), code);

export const sendObject = (reply: FastifyReply, view: View, stored: ObjectText, code = 200): FastifyReply =>
  sendText(reply, view.format, view.rendering.single(stored), code);

async function* yielding(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    yield chunk;
    await nextTurn();
  }
}

/** `rest` is never given to YAML, which exists as a whole only. */
export function sendList(reply: FastifyReply, { rendering, format }: View, listed: ListedStream): FastifyReply {
  const { rest, ...first } = listed;
  if (rest !== undefined) {
    const stream = Readable.from(yielding(streamedListChunks(rendering, first, rest)), STREAM_OPTIONS);
    return reply.code(200).header('content-type', JSON_TYPE).send(stream);
  }
  const chunks = listChunks(rendering, first);
  if (format === 'yaml' || listed.items.length <= WHOLE_LIST_ITEMS) {
    return sendText(reply, format, [...chunks].join(''));
  }
  const stream = Readable.from(yielding(chunks), STREAM_OPTIONS);
  return reply.code(200).header('content-type', JSON_TYPE).send(stream);
}

/** meta/v1 Status of a success that has no object to show. */
export const sendSuccess = (reply: FastifyReply, code: number, details?: object): FastifyReply =>
  sendJson(
    reply,
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
