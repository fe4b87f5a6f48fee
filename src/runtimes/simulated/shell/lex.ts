/** Text to tokens: quotes, variables, `$(…)`, operators, comments. Pure; throws SyntaxFault. */
import { type Part, SyntaxFault, type Token } from './syntax.ts';

const OPERATOR = /^(?:&&|\|\||>>|[12]?>&|2>>|[012]?[<>]|[;|&(){}\n])/;
const BLANK = /^(?:[ \t\r]+|\\\n|#[^\n]*)/;
const VARIABLE = /^\$(?:(\w+|[?$#@*])|\{(\w+|[?$#@*])(?::?-([^}]*))?\})/;
const PLAIN = /^[^\s'"\\$`;|&()<>#]+/;

class Lexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  *tokens(): Generator<Token> {
    while (this.#at < this.#text.length) {
      if (this.#take(BLANK) !== undefined) {
        continue;
      }
      const operator = this.#operator();
      yield operator === undefined ? { kind: 'word', parts: this.#word() } : { kind: 'operator', text: operator };
    }
  }

  get #rest(): string {
    return this.#text.slice(this.#at);
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.#rest) ?? undefined;
    this.#at += match?.[0].length ?? 0;
    return match;
  }

  /** A brace is one only where it stands alone. */
  #operator(): string | undefined {
    const found = OPERATOR.exec(this.#rest)?.[0];
    if (found === undefined || (/^[{}]$/.test(found) && !/^.(?:[\s;]|$)/.test(this.#rest))) {
      return undefined;
    }
    this.#at += found.length;
    return found;
  }

  #word(): Part[] {
    const parts: Part[] = [];
    for (let part = this.#part(); part !== undefined; part = this.#part()) {
      parts.push(...part);
    }
    if (parts.length === 0) {
      throw new SyntaxFault(`syntax error: unexpected "${this.#rest[0]}"`);
    }
    return parts;
  }

  #part(): Part[] | undefined {
    const next = this.#text[this.#at];
    if (next === "'") {
      const end = this.#end("'", 1);
      const text = this.#text.slice(this.#at + 1, end);
      this.#at = end + 1;
      return [{ kind: 'text', text, quoted: true }];
    }
    if (next === '"') {
      this.#at += 1;
      return this.#double();
    }
    if (next === '\\') {
      const text = this.#text[this.#at + 1] ?? '';
      this.#at += 2;
      return [{ kind: 'text', text, quoted: true }];
    }
    const dollar = this.#dollar(false);
    if (dollar !== undefined) {
      return [dollar];
    }
    const plain = this.#take(/^#/)?.[0] ?? this.#take(PLAIN)?.[0];
    return plain === undefined ? undefined : [{ kind: 'text', text: plain, quoted: false }];
  }

  #double(): Part[] {
    const parts: Part[] = [{ kind: 'text', text: '', quoted: true }];
    for (;;) {
      const text = this.#take(/^(?:[^"\\$`]|\\[\s\S])+/)?.[0];
      if (text !== undefined) {
        parts.push({ kind: 'text', text: text.replace(/\\([\\"$`\n])/g, '$1'), quoted: true });
      } else if (this.#take(/^"/) !== undefined) {
        return parts;
      } else if (this.#at >= this.#text.length) {
        throw new SyntaxFault('syntax error: unterminated quoted string');
      } else {
        parts.push(this.#dollar(true) ?? { kind: 'text', text: '', quoted: true });
      }
    }
  }

  #dollar(quoted: boolean): Part | undefined {
    const match = this.#take(VARIABLE);
    if (match !== undefined) {
      return { kind: 'variable', name: match[1] ?? match[2] ?? '', fallback: match[3] ?? '', quoted };
    }
    if (this.#rest.startsWith('$(')) {
      return { kind: 'command', source: this.#substitution(), quoted };
    }
    if (this.#take(/^`/) !== undefined) {
      const end = this.#end('`', 0);
      const source = this.#text.slice(this.#at, end);
      this.#at = end + 1;
      return { kind: 'command', source, quoted };
    }
    return this.#take(/^\$/) === undefined ? undefined : { kind: 'text', text: '$', quoted: true };
  }

  /** Up to the parenthesis that closes it; those within count. */
  #substitution(): string {
    const start = this.#at + 2;
    let depth = 1;
    for (let at = start; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      if (depth === 0) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
    }
    throw new SyntaxFault('syntax error: unexpected end of file (expecting ")")');
  }

  #end(quote: string, skip: number): number {
    const end = this.#text.indexOf(quote, this.#at + skip);
    if (end < 0) {
      throw new SyntaxFault('syntax error: unterminated quoted string');
    }
    return end;
  }
}

export const lex = (text: string): Token[] => [...new Lexer(text).tokens()];
