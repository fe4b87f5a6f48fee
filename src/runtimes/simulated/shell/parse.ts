/** Tokens to a script. Pure; throws SyntaxFault. */
import { lex } from './lex.ts';
import {
  type Command,
  type Redirect,
  type Script,
  type SimpleCommand,
  type Step,
  SyntaxFault,
  type Token,
  type Word,
} from './syntax.ts';

const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;
const REDIRECT = /^([012]?)(<|>>|>&|>)$/;
/** Deeper is no script but an attack on the stack. */
const MAX_DEPTH = 50;

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Script {
    const script = this.#script([]);
    if (this.#at < this.#tokens.length) {
      throw this.#unexpected();
    }
    return script;
  }

  /** Up to one of the words or operators that end it, which is left. */
  #script(ends: readonly string[]): Script {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new SyntaxFault('syntax error: nested too deeply');
    }
    const steps: Step[] = [];
    let after: Step['after'] = 'any';
    this.#skipLines();
    while (this.#at < this.#tokens.length && !ends.includes(this.#peek() ?? '')) {
      const negated = this.#accept('!');
      const commands = [this.#command()];
      while (this.#accept('|')) {
        this.#skipLines();
        commands.push(this.#command());
      }
      steps.push({ after, pipeline: { negated, commands } });
      after = this.#accept('&&') ? 'success' : this.#accept('||') ? 'failure' : 'any';
      if (after !== 'any') {
        this.#skipLines();
      } else if (!this.#accept(';') && !this.#accept('\n')) {
        break;
      } else {
        this.#skipLines();
      }
    }
    if (after !== 'any') {
      throw this.#unexpected();
    }
    this.#depth -= 1;
    return steps;
  }

  #command(): Command {
    if (this.#accept('(')) {
      return { kind: 'group', body: this.#until(')') };
    }
    if (this.#accept('{')) {
      return { kind: 'group', body: this.#until('}') };
    }
    if (this.#accept('if')) {
      return this.#if();
    }
    if (this.#accept('for')) {
      return this.#for();
    }
    const until = this.#peek() === 'until';
    if (this.#accept('while') || this.#accept('until')) {
      return { kind: 'while', until, test: this.#until('do'), body: this.#until('done') };
    }
    return this.#simple();
  }

  #if(): Command {
    const branches = [{ test: this.#until('then'), body: this.#script(['elif', 'else', 'fi']) }];
    while (this.#accept('elif')) {
      branches.push({ test: this.#until('then'), body: this.#script(['elif', 'else', 'fi']) });
    }
    const otherwise = this.#accept('else') ? this.#script(['fi']) : [];
    this.#expect('fi');
    return { kind: 'if', branches, otherwise };
  }

  #for(): Command {
    const name = literal(this.#word());
    this.#expect('in');
    const words: Word[] = [];
    while (this.#tokens[this.#at]?.kind === 'word') {
      words.push(this.#word());
    }
    this.#accept(';');
    this.#skipLines();
    this.#expect('do');
    return { kind: 'for', name, words, body: this.#until('done') };
  }

  #simple(): SimpleCommand {
    const assignments: { name: string; value: Word }[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (let token = this.#tokens[this.#at]; token !== undefined; token = this.#tokens[this.#at]) {
      if (token.kind === 'operator') {
        const redirect = this.#redirect(token.text);
        if (redirect === undefined) {
          break;
        }
        redirects.push(redirect);
        continue;
      }
      this.#at += 1;
      const assignment = words.length === 0 ? assignmentOf(token.parts) : undefined;
      if (assignment === undefined) {
        words.push(token.parts);
      } else {
        assignments.push(assignment);
      }
    }
    if (words.length + assignments.length + redirects.length === 0) {
      throw this.#unexpected();
    }
    return { kind: 'simple', assignments, words, redirects };
  }

  #redirect(text: string): Redirect | undefined {
    const match = REDIRECT.exec(text);
    if (match === null) {
      return undefined;
    }
    this.#at += 1;
    const operator = match[2] as Redirect['operator'];
    const descriptor = match[1] === '' ? (operator === '<' ? 0 : 1) : Number(match[1]);
    return { operator, descriptor: descriptor as Redirect['descriptor'], target: this.#word() };
  }

  #until(end: string): Script {
    const script = this.#script([end]);
    this.#expect(end);
    return script;
  }

  #word(): Word {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'word') {
      throw this.#unexpected();
    }
    this.#at += 1;
    return token.parts;
  }

  #peek(): string | undefined {
    const token = this.#tokens[this.#at];
    return token?.kind === 'operator' ? token.text : token === undefined ? undefined : literal(token.parts);
  }

  #accept(text: string): boolean {
    const found = this.#peek() === text;
    this.#at += found ? 1 : 0;
    return found;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) {
      throw this.#unexpected(text);
    }
  }

  #skipLines(): void {
    while (this.#accept('\n')) {
      // Empty lines mean nothing here.
    }
  }

  #unexpected(expected?: string): SyntaxFault {
    const found = this.#at < this.#tokens.length ? `unexpected "${this.#peek() ?? 'word'}"` : 'unexpected end of file';
    return new SyntaxFault(`syntax error: ${found}${expected === undefined ? '' : ` (expecting "${expected}")`}`);
  }
}

/** The text of a word without quotes and variables, else ''. */
function literal(word: Word): string {
  const [only] = word;
  return word.length === 1 && only?.kind === 'text' && !only.quoted ? only.text : '';
}

function assignmentOf(word: Word): { name: string; value: Word } | undefined {
  const [first, ...rest] = word;
  const match = first?.kind === 'text' && !first.quoted ? ASSIGNMENT.exec(first.text) : null;
  return match === null
    ? undefined
    : { name: match[1] ?? '', value: [{ kind: 'text', text: match[2] ?? '', quoted: true }, ...rest] };
}

export const parse = (text: string): Script => new Parser(lex(text)).whole();
