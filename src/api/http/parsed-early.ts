/**
 * Long bodies are parsed before their handler runs, in a worker thread: of 3 MB and 49,000 values that is 50 to 200 ms,
 * and YAML takes 50 times as long as JSON. What is wrong with a body is thrown when the handler asks for it.
 */
import type { FastifyInstance } from 'fastify';
import { nextRound } from '../../timing/turns.ts';
import type { ApiContext } from '../context.ts';
import { bodyBytes } from './body-bytes.ts';
import { contentType, formatOf } from './body-format.ts';
import { APPLY_TYPE } from './media-type.ts';
import { type BodyFormat, parseBytes } from './parse-bytes.ts';
import { NotJson, type ParsedBody } from './parse-json.ts';

/** Bytes from which a body is long: of each format a few milliseconds. */
const LONG: Readonly<Record<BodyFormat, number>> = { json: 100_000, yaml: 2_000, protobuf: 30_000 };

const early = new WeakMap<Buffer, () => ParsedBody>();

const kept = (error: unknown) => (): ParsedBody => {
  throw error;
};

/** Throws 400 and 413. */
export const readBytes = (format: BodyFormat, body: Buffer): ParsedBody =>
  (early.get(body) ?? (() => parseBytes(format, body)))();

export function registerEarlyParsing(app: FastifyInstance, { parseElsewhere }: ApiContext): void {
  const parse = async (format: BodyFormat, body: Buffer, caller?: string): Promise<ParsedBody> =>
    parseElsewhere !== undefined && body.length > LONG[format]
      ? parseElsewhere(format, body, caller)
      : parseBytes(format, body);
  app.addHook('preHandler', async (request) => {
    const body = bodyBytes(request);
    const type = contentType(request);
    const format = formatOf(type, body);
    // What an apply calls YAML and looks like JSON is long from where YAML is.
    if (format === undefined || body.length <= (type === APPLY_TYPE ? LONG.yaml : LONG[format])) {
      return;
    }
    const caller = request.user?.username;
    const parsing = parse(format, body, caller).catch((error: unknown) => {
      if (type === APPLY_TYPE && error instanceof NotJson) {
        return parse('yaml', body, caller);
      }
      throw error;
    });
    early.set(body, await parsing.then((parsed) => () => parsed, kept));
    await nextRound();
  });
}
