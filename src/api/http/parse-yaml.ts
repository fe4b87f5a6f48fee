/**
 * One YAML document as JSON values, in Go's reading (go.yaml.in/yaml/v2), which kubectl and kube-apiserver have in
 * common: `yes` and `on` are true, `0644` is octal. The library is driven by hand because whole-text parsing can be made
 * to run for minutes (100 KB of quotes: 54 s, of distinct keys with uniqueKeys: 45 s) or to end the process (10,000 open
 * brackets exhaust the stack inside V8). Measured with yaml 2.9.1.
 */
import { Composer, type CST, type Document, isScalar, Lexer, Parser, type ScalarTag, type Tags, visit } from 'yaml';
import { badRequest, StatusError } from '../../errors.ts';
import type { ParsedBody } from './parse-json.ts';
import { YamlGuard } from './yaml-guard.ts';

const MAX_ALIASES = 100;
/** Of YAML 1.1, what Go does not read so: sexagesimal numbers, and collections that JSON does not have. Times stay texts. */
const NOT_IN_GO = ['timestamp', 'omap', 'pairs', 'set', 'binary'].map((name) => `tag:yaml.org,2002:${name}`);
const isInGo = ({ tag, format = '' }: { tag: string; format?: string }): boolean =>
  !NOT_IN_GO.includes(tag) && format !== 'TIME';

/** The library takes `.`, `e1` and `0x_` for numbers, and makes NaN of them: Go wants a digit. */
const HAS_DIGIT = '^(?=[-+]?\\.?[0-9])(?!.*[xb]_*$)';
const isTag = (tag: Tags[number]): tag is Exclude<Tags[number], string> => typeof tag === 'object';

type NumberTag = ScalarTag & { readonly test: RegExp };

const isNumber = (tag: Tags[number]): tag is NumberTag =>
  isTag(tag) && /:(int|float)$/.test(tag.tag) && tag.test?.test('.nan') === false;

const asInGo = (tag: Tags[number]): Tags[number] =>
  isNumber(tag) ? { ...tag, test: new RegExp(HAS_DIGIT + tag.test.source.slice(1)) } : tag;

const COMPOSE = {
  schema: 'yaml-1.1',
  // With `0o17`, of YAML 1.2.
  customTags: (tags: Tags): Tags => [...tags.filter((tag) => !isTag(tag) || isInGo(tag)).map(asInGo), 'intOct'],
  merge: true,
  prettyErrors: false,
  uniqueKeys: false,
  logLevel: 'error',
} as const;

const refusal = (why: string, cause?: unknown): StatusError =>
  badRequest(`error converting YAML to JSON: yaml: ${why}`, { cause });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Stops at the first thing that is wrong: the library's time grows with the square of the errors. */
function* tokens(text: string, maxLexemes: number): Generator<CST.Token> {
  const guard = new YamlGuard(maxLexemes);
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    guard.check(lexeme);
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') {
        throw refusal(token.message);
      }
      yield token;
    }
  }
  yield* parser.end();
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

function onlyDocument(text: string, maxLexemes: number): Document.Parsed | undefined {
  let only: Document.Parsed | undefined;
  for (const document of new Composer(COMPOSE).compose(tokens(text, maxLexemes))) {
    if (only !== undefined) {
      throw refusal('the body must hold one document');
    }
    only = document as Document.Parsed;
    const [error] = only.errors;
    if (error !== undefined) {
      throw refusal(`line ${lineAt(text, error.pos[0])}: ${error.message}`, error);
    }
  }
  return only;
}

const MAX_DUPLICATES = 100;

/** In the words of Go's yaml, as kube-apiserver's strict decoding shows them. */
function duplicateKeys(document: Document.Parsed, text: string): string[] {
  const lines: string[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        // Merge keys may stand side by side.
        if (name !== '<<' && seen.has(name) && isScalar(key) && lines.length < MAX_DUPLICATES) {
          lines.push(`  line ${lineAt(text, key.range?.[0] ?? 0)}: key ${JSON.stringify(name)} already set in map`);
        }
        seen.add(name);
      }
    },
  });
  return lines.length === 0 ? [] : [`yaml: unmarshal errors:\n${lines.join('\n')}`];
}

/** About 4,000 lines of `key: value`: more would hold the one thread that answers everybody for too long. */
const MAX_LEXEMES = 25_000;

/** Throws 400. */
export function parseYaml(body: Buffer, maxLexemes = MAX_LEXEMES): ParsedBody {
  try {
    const text = body.toString('utf8');
    const document = onlyDocument(text, maxLexemes);
    const value: unknown = document?.toJS({ maxAliasCount: MAX_ALIASES });
    return {
      // What JSON does not have (NaN, Infinity) becomes what JSON makes of it.
      value: value === undefined ? null : JSON.parse(JSON.stringify(value)),
      complaints: document === undefined ? [] : duplicateKeys(document, text),
    };
  } catch (error) {
    throw error instanceof StatusError ? error : refusal(messageOf(error), error);
  }
}
