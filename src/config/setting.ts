import type { Parser } from './parsers.ts';

export interface Setting<T> {
  readonly env: string;
  /** As commander writes it: `--port <number>`. Most settings need none. */
  readonly option?: string;
  readonly about: string;
  readonly parser: Parser<T>;
  readonly fallback: T;
  /** Its value may hold a password and is never repeated in a message. */
  readonly secret?: true;
}
