/**
 * Long bodies are parsed before their handler runs, and others get a turn in between: YAML, which takes 50 times as long
 * as JSON, in a worker thread. What is wrong with a body is thrown when the handler asks for it.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from '../context.ts';
import { bodyBytes } from './body-bytes.ts';
import { parseMediaType, YAML_TYPE } from './media-type.ts';
import { type ParsedBody, parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

/** Some 50 lines: a few milliseconds. */
const LONG_YAML_BYTES = 2_000;
const LONG_JSON_BYTES = 100_000;
const OPEN_BRACE = '{'.charCodeAt(0);

/** YAML of which JSON is a part, which has a parser of its own. */
const APPLY_TYPE = 'application/apply-patch+yaml';

const early = new WeakMap<Buffer, () => ParsedBody>();

const kept = (error: unknown) => (): ParsedBody => {
  throw error;
};

function keptResult(parse: () => ParsedBody): () => ParsedBody {
  try {
    const parsed = parse();
    return () => parsed;
  } catch (error) {
    return kept(error);
  }
}

export const readJson = (body: Buffer): ParsedBody => (early.get(body) ?? (() => parseJson(body)))();
export const readYaml = (body: Buffer): ParsedBody => (early.get(body) ?? (() => parseYaml(body)))();

export function registerEarlyParsing(app: FastifyInstance, { parseYamlElsewhere }: ApiContext): void {
  app.addHook('preHandler', async (request) => {
    const body = bodyBytes(request);
    const { type } = parseMediaType(request.headers['content-type'] ?? '');
    const isYaml = type === YAML_TYPE || (type === APPLY_TYPE && body[0] !== OPEN_BRACE);
    if (isYaml && body.length > LONG_YAML_BYTES && parseYamlElsewhere !== undefined) {
      const parsing = parseYamlElsewhere(body);
      early.set(body, await parsing.then((parsed) => () => parsed, kept));
    } else if (!isYaml && body.length > LONG_JSON_BYTES && type.endsWith('json')) {
      early.set(
        body,
        keptResult(() => parseJson(body)),
      );
      await nextTurn();
    }
  });
}
