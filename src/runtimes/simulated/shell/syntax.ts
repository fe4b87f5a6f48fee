/** The shell's language as data: a small part of POSIX sh, section 2. */

/** `quoted`: not split into fields. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'variable'; readonly name: string; readonly fallback: string; readonly quoted: boolean }
  | { readonly kind: 'command'; readonly source: string; readonly quoted: boolean };
export type Word = readonly Part[];
export type Token =
  | { readonly kind: 'word'; readonly parts: Word }
  | { readonly kind: 'operator'; readonly text: string };

export interface Redirect {
  readonly operator: '<' | '>' | '>>' | '>&';
  readonly descriptor: 0 | 1 | 2;
  readonly target: Word;
}
export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
export type Command =
  | SimpleCommand
  | { readonly kind: 'group'; readonly body: Script }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly test: Script; readonly body: Script }[];
      readonly otherwise: Script;
    }
  | { readonly kind: 'while'; readonly test: Script; readonly until: boolean; readonly body: Script }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Script };

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly Command[];
}
/** Pipelines that follow each other; `after` says on which outcome of the one before this one runs. */
export interface Step {
  readonly after: 'any' | 'success' | 'failure';
  readonly pipeline: Pipeline;
}
export type Script = readonly Step[];

/** `message` as sh prints it after `sh: `. */
export class SyntaxFault extends Error {}
