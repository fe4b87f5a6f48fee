/**
 * Long bodies are parsed before their handler runs, in a worker thread: of 3 MB and 49,000 values that is 50 to 200 ms,
 * and YAML takes 50 times as long as JSON. What is wrong with a body is thrown when the handler asks for it.
 */
import type { FastifyInstance } from 'fastify';
import { takeBreak } from '../../registry/break.ts';
import type { ApiContext } from '../context.ts';
import { bodyBytes } from './body-bytes.ts';
import { APPLY_TYPE, PROTOBUF_TYPE, parseMediaType, YAML_TYPE } from './media-type.ts';
import { type BodyFormat, parseBytes } from './parse-bytes.ts';
import { NotJson, type ParsedBody } from './parse-json.ts';

/** Bytes from which a body is long: of each format a few milliseconds. */
const LONG: Readonly<Record<BodyFormat, number>> = { json: 100_000, yaml: 2_000, protobuf: 30_000 };
const OPEN_BRACE = '{'.charCodeAt(0);

const early = new WeakMap<Buffer, () => ParsedBody>();

const kept = (error: unknown) => (): ParsedBody => {
  throw error;
};

/** Throws 400 and 413. */
export const readBytes = (format: BodyFormat, body: Buffer): ParsedBody =>
  (early.get(body) ?? (() => parseBytes(format, body)))();

function formatOf(type: string, body: Buffer): BodyFormat | undefined {
  if (type === YAML_TYPE || (type === APPLY_TYPE && body[0] !== OPEN_BRACE)) {
    return 'yaml';
  }
  if (type === PROTOBUF_TYPE) {
    return 'protobuf';
  }
  // JSON is a part of YAML, and has a parser of its own.
  return type === '' || type.endsWith('json') || type === APPLY_TYPE ? 'json' : undefined;
}

export function registerEarlyParsing(app: FastifyInstance, { parseElsewhere }: ApiContext): void {
  const parse = async (format: BodyFormat, body: Buffer): Promise<ParsedBody> =>
    parseElsewhere !== undefined && body.length > LONG[format]
      ? parseElsewhere(format, body)
      : parseBytes(format, body);
  app.addHook('preHandler', async (request) => {
    const body = bodyBytes(request);
    const { type } = parseMediaType(request.headers['content-type'] ?? '');
    const format = formatOf(type, body);
    // What an apply calls YAML and looks like JSON is long from where YAML is.
    if (format === undefined || body.length <= (type === APPLY_TYPE ? LONG.yaml : LONG[format])) {
      return;
    }
    const parsing = parse(format, body).catch((error: unknown) => {
      if (type === APPLY_TYPE && error instanceof NotJson) {
        return parse('yaml', body);
      }
      throw error;
    });
    early.set(body, await parsing.then((parsed) => () => parsed, kept));
    await takeBreak({ isLong: true });
  });
}
