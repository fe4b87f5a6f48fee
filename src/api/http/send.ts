/** Answers of the verbs. Everything is text already: nothing here serialises an object that was not built here. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { ListedStream, ObjectText } from '../../registry/registry.ts';
import { listChunks, streamedListChunks } from '../render/list-chunks.ts';
import { sendBytes, sendChunks } from './compress.ts';
import { JSON_TYPE, YAML_TYPE } from './media-type.ts';
import { renderYaml } from './parse-yaml.ts';
import type { View } from './view.ts';

/** Up to so many items a list is one text; longer ones are streamed, a turn of the event loop between chunks. */
const WHOLE_LIST_ITEMS = 100;

/** Bytes, not a string: to a string's type Fastify appends a charset, and clients compare the media type exactly. */
export function sendText(reply: FastifyReply, format: View['format'], json: string, code = 200): FastifyReply {
  const [type, text] = format === 'json' ? [JSON_TYPE, json] : [YAML_TYPE, renderYaml(JSON.parse(json))];
  return sendBytes(reply.code(code).header('content-type', type), Buffer.from(text));
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
export async function sendList(reply: FastifyReply, view: View, listed: ListedStream): Promise<FastifyReply> {
  const { rendering, format } = view;
  const { rest, ...first } = listed;
  if (rest === undefined && (format === 'yaml' || listed.items.length <= WHOLE_LIST_ITEMS)) {
    return sendText(reply, format, [...listChunks(rendering, first)].join(''));
  }
  const chunks = rest === undefined ? listChunks(rendering, first) : streamedListChunks(rendering, first, rest);
  return sendChunks(reply.code(200).header('content-type', JSON_TYPE), yielding(chunks));
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
