/** A body's bytes as a JSON value, by their format. */
import { decodeProtobuf } from '../../resources/protobuf/decode-protobuf.ts';
import { type ParsedBody, parseJson } from './parse-json.ts';
import { parseYaml } from './parse-yaml.ts';

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

/**
 * Parses in another thread, callers in turn; throws what parsing here throws, 400 or 413 when it takes too long, 429 when
 * too many wait.
 */
export type ParseElsewhere = (format: BodyFormat, body: Buffer, caller?: string) => Promise<ParsedBody>;

/** Throws 400 and 413. */
export function parseBytes(format: BodyFormat, body: Buffer, maxLexemes?: number): ParsedBody {
  switch (format) {
    case 'json':
      return parseJson(body);
    case 'yaml':
      return parseYaml(body, maxLexemes);
    case 'protobuf':
      return { value: decodeProtobuf(body), complaints: [] };
  }
}
