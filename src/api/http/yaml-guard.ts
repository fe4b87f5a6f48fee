/** Watches the lexemes of a YAML text and stops it before it gets too deep or too long for the parser. */
import { badRequest } from '../../errors.ts';

/** The library recurses: 1,000 levels overflow the stack. The deepest real manifests (CRD schemas) have about 60. */
const MAX_DEPTH = 200;

/** The lexer's own mark: the next lexeme is a scalar's text, whatever it looks like. */
const SCALAR = '\u001f';
const BLOCK_INDICATORS: readonly string[] = ['-', '?'];
const FLOW: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 };

const refusal = (why: string): Error => badRequest(`error converting YAML to JSON: yaml: ${why}`);

export class YamlGuard {
  readonly #maxLexemes: number;
  #lexemes = 0;
  #isScalar = false;
  #lineBegins = true;
  /** Columns at which the open block collections began. */
  readonly #indents: number[] = [];
  /** Collections that begin within one line: `- - -`. */
  #inLine = 0;
  #flow = 0;

  constructor(maxLexemes: number) {
    this.#maxLexemes = maxLexemes;
  }

  /** Throws 400. */
  check(lexeme: string): void {
    this.#lexemes += 1;
    if (this.#lexemes > this.#maxLexemes) {
      throw refusal('document is too complex');
    }
    this.#measure(lexeme);
    if (this.#indents.length + this.#inLine + this.#flow > MAX_DEPTH) {
      throw refusal('exceeded max depth');
    }
  }

  #measure(lexeme: string): void {
    if (this.#isScalar) {
      this.#isScalar = false;
      return;
    }
    if (lexeme.endsWith('\n')) {
      this.#lineBegins = true;
      this.#inLine = 0;
      return;
    }
    if (this.#lineBegins) {
      this.#lineBegins = false;
      this.#indent(/^ +$/.test(lexeme) ? lexeme.length : 0);
    }
    this.#isScalar = lexeme === SCALAR;
    this.#inLine += BLOCK_INDICATORS.includes(lexeme) ? 1 : 0;
    this.#flow = Math.max(0, this.#flow + (FLOW[lexeme] ?? 0));
  }

  #indent(column: number): void {
    while ((this.#indents.at(-1) ?? -1) >= column) {
      this.#indents.pop();
    }
    this.#indents.push(column);
  }
}
