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

export const setting = <T>(
  env: string,
  parser: Parser<T>,
  fallback: NoInfer<T>,
  about: string,
  more: { readonly option?: string; readonly secret?: true } = {},
): Setting<T> => ({ env, parser, fallback, about, ...more });

/** Like `setting`, for values that may be absent. */
export const optional = <T>(
  env: string,
  parser: Parser<T>,
  about: string,
  more: { readonly option?: string; readonly secret?: true } = {},
): Setting<T | undefined> => ({ env, parser, fallback: undefined, about, ...more });
